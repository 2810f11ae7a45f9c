/* A response whose head is known is read as the parser would read it, however it is cut. */
#include "bench/load/response.h"
#include "common/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
#define REST "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

static struct known_head known;

struct reading {
	enum response_status status;
	struct response response;
};

/* Reads `text` in two parts, and the end of stream if it was not over. */
static struct reading read_in_two(
	struct known_head *heads, const char *text, size_t cut, bool verify)
{
	struct reading r;
	response_init(&r.response, heads, verify);
	r.status = RESPONSE_MORE;
	if (cut > 0)
		r.status = response_parse(&r.response, text, cut);
	if (r.status == RESPONSE_MORE && text[cut])
		r.status = response_parse(&r.response, text + cut, strlen(text + cut));
	if (r.status == RESPONSE_MORE)
		r.status = response_end(&r.response);
	return r;
}

static void assert_same(const struct reading *a, const struct reading *b)
{
	const struct response *x = &a->response, *y = &b->response;
	assert_int_equal(a->status, b->status);
	assert_int_equal(x->head_seen, y->head_seen);
	assert_int_equal(x->complete, y->complete);
	assert_int_equal(x->corrupt, y->corrupt);
	assert_int_equal(x->promised, y->promised);
	assert_int_equal(x->received, y->received);
	assert_int_equal(response_is_success(x), response_is_success(y));
	if (x->complete)
		assert_int_equal(x->keep_alive, y->keep_alive);
}

static void learn(const char *text)
{
	memset(&known, 0, sizeof(known));
	read_in_two(&known, text, strlen(text), false);
}

static void assert_read_as_ever(const char *text)
{
	for (size_t cut = 0; cut <= strlen(text); cut++) {
		struct known_head none = {.size = 0}, heads = known;
		struct reading parsed = read_in_two(&none, text, cut, true);
		struct reading compared = read_in_two(&heads, text, cut, true);
		assert_same(&compared, &parsed);
	}
}

static void one_that_is_known_is_read_as_ever(void **state)
{
	char pattern[6] = "";
	for (size_t i = 0; i < 5; i++)
		pattern[i] = pattern_byte(i);
	learn(HEAD "01234");
	assert_int_equal(known.size, strlen(HEAD));
	assert_int_equal(known.promised, 5);
	char right[256];
	snprintf(right, sizeof(right), HEAD "%s", pattern);
	const char *texts[] = {right, HEAD "56789", HEAD "012", HEAD, HEAD "01234" HEAD "01234",
		REST "01234", "HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n" HEAD "01234", "SSH-2.0", ""};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_read_as_ever(texts[i]);
}

static void every_kind_that_may_be_learnt_is_read_as_ever(void **state)
{
	const char *texts[] = {REST "01234", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n01234",
		"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n01234",
		"HTTP/1.1 100 Continue\r\n\r\n" HEAD "01234",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\n01234",
		"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n01234"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		learn(texts[i]);
		assert_read_as_ever(texts[i]);
	}
}

static void what_has_no_length_is_not_learnt(void **state)
{
	learn("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n");
	assert_int_equal(known.size, 0);
	learn("HTTP/1.1 200 OK\r\n\r\n01234");
	assert_int_equal(known.size, 0);
}

static void nor_what_is_too_long(void **state)
{
	char text[2 * KNOWN_HEAD_MAX], fill[KNOWN_HEAD_MAX] = "";
	memset(fill, 'x', sizeof(fill) - 1);
	snprintf(
		text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nA: %s\r\n\r\n0", fill);
	learn(text);
	assert_int_equal(known.size, 0);
	assert_read_as_ever(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_is_known_is_read_as_ever),
		cmocka_unit_test(every_kind_that_may_be_learnt_is_read_as_ever),
		cmocka_unit_test(what_has_no_length_is_not_learnt),
		cmocka_unit_test(nor_what_is_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
