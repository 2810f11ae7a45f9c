/* Every request of the corpus is answered alike whole, split at every position, and byte by byte;
 * and what is particular to http1_parse. With an argument it prints the corpus instead, for a test
 * that sends it to a server. */
#include "tests/unit/server/http/http1_corpus.h"
#include "tests/unit/server/http/http1_talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Returns how many rows were answered wrong: 0 or 1. */
static int row_check(const struct corpus_row *row, size_t split, size_t step)
{
	struct talk t;
	talk_begin(&t);
	if (split > 0)
		talk_feed(&t, row->request, split);
	for (size_t at = split; at < row->length; at += step)
		talk_feed(&t, row->request + at, at + step < row->length ? step : row->length - at);
	const char *got = talk_read(&t);
	if (strcmp(got, row->expected) == 0)
		return 0;
	print_error("row %zu, split at %zu, steps of %zu: %s\nanswered with %s\nand not %s\n",
		(size_t)(row - corpus), split, step, row->request, got, row->expected);
	return 1;
}

static void the_corpus_whole(void **state)
{
	int wrong = 0;
	for (size_t i = 0; i < corpus_count; i++)
		wrong += row_check(&corpus[i], 0, corpus[i].length);
	assert_int_equal(wrong, 0);
}

static void the_corpus_split_at_every_position(void **state)
{
	int wrong = 0;
	for (size_t i = 0; i < corpus_count; i++)
		for (size_t split = 1; split < corpus[i].length; split++)
			wrong += row_check(&corpus[i], split, corpus[i].length);
	assert_int_equal(wrong, 0);
}

static void the_corpus_in_small_pieces(void **state)
{
	int wrong = 0;
	for (size_t i = 0; i < corpus_count; i++)
		for (size_t step = 1; step <= 3; step++)
			wrong += row_check(&corpus[i], 0, step);
	assert_int_equal(wrong, 0);
}

static void talk(struct talk *t, const char *text)
{
	talk_feed(t, text, strlen(text));
}

static void a_head_has_every_size_up_to_the_limit(void **state)
{
	char request[CORPUS_HEAD_MAX + 2];
	for (int size = 60; size <= CORPUS_HEAD_MAX + 1; size++) {
		int fill = size - (int)strlen("GET / HTTP/1.1\r\nHost: h\r\nA: \r\n\r\n");
		snprintf(request, sizeof(request), "GET / HTTP/1.1\r\nHost: h\r\nA: %0*d\r\n\r\n",
			fill, 0);
		struct talk t;
		talk_begin(&t);
		talk(&t, request);
		assert_string_equal(talk_read(&t), size <= CORPUS_HEAD_MAX ? "200+[012]" : "431");
	}
}

#define EXPECTS "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

static void a_client_that_waits_is_told_to_go_on(void **state)
{
	struct talk t;
	talk_begin(&t);
	talk(&t, EXPECTS);
	assert_int_equal(talk_output.length, strlen(CONTINUE));
	assert_memory_equal(talk_output.bytes, CONTINUE, strlen(CONTINUE));
	talk(&t, "a");
	talk(&t, "b");
	assert_string_equal(talk_read(&t), "200+[ab]");
	assert_null(strstr(talk_output.bytes + strlen(CONTINUE), "100 Continue"));
}

static void a_client_that_does_not_wait_is_not(void **state)
{
	struct talk t;
	talk_begin(&t);
	talk(&t, EXPECTS "a");
	talk(&t, "b" EXPECTS "cd");
	assert_string_equal(talk_read(&t), "200+[ab]200+[cd]");
	assert_null(strstr(talk_output.bytes, "100 Continue"));
}

static void a_client_of_version_1_0_is_not_either(void **state)
{
	struct talk t;
	talk_begin(&t);
	talk(&t, "PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	assert_int_equal(talk_output.length, 0);
	talk(&t, "ab");
	assert_string_equal(talk_read(&t), "200[ab]");
}

static void what_is_sent_cannot_be_taken_back(void **state)
{
	struct http1 h = {0};
	const char *head =
		"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n";
	size_t used;
	talk_output.length = 0;
	assert_int_equal(http1_parse(&h, &talk_service, head, strlen(head), &used), HTTP1_MORE);
	talk_output.length = 0;
	http1_commit(&h);
	assert_int_equal(http1_parse(&h, &talk_service, "x", 1, &used), HTTP1_BROKEN);
	assert_int_equal(talk_output.length, 0);
}

static void head_is_answered_without_a_body(void **state)
{
	static const char *const requests[] = {
		"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
		"HEAD /none HTTP/1.1\r\nHost: h\r\n\r\n",
		"HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
		("HEAD / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
		 "chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
		"HEAD / HTTP/9.9\r\nHost: h\r\n\r\n",
		"HEAD / HTTP/1.1\r\nHost: a b\r\n\r\n",
		"HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n",
	};
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct talk t;
		talk_begin(&t);
		talk(&t, requests[i]);
		talk_output.bytes[talk_output.length] = '\0';
		assert_string_equal(strstr(talk_output.bytes, "\r\n\r\n"), "\r\n\r\n");
	}
}

static void corpus_print(void)
{
	for (size_t i = 0; i < corpus_count; i++) {
		for (size_t at = 0; at < corpus[i].length; at++)
			printf("%02x", (unsigned char)corpus[i].request[at]);
		printf(" %s\n", corpus[i].expected);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_whole),
		cmocka_unit_test(the_corpus_split_at_every_position),
		cmocka_unit_test(the_corpus_in_small_pieces),
		cmocka_unit_test(a_head_has_every_size_up_to_the_limit),
		cmocka_unit_test(a_client_that_waits_is_told_to_go_on),
		cmocka_unit_test(a_client_that_does_not_wait_is_not),
		cmocka_unit_test(a_client_of_version_1_0_is_not_either),
		cmocka_unit_test(what_is_sent_cannot_be_taken_back),
		cmocka_unit_test(head_is_answered_without_a_body),
	};
	if (argc == 1)
		return cmocka_run_group_tests(tests, NULL, NULL);
	corpus_print();
	return 0;
}
