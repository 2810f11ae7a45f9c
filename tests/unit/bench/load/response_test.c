/* What ends a response, what it announces and what came of it, wherever it is cut off. */
#include "bench/load/response.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define OF_FIVE OK "Content-Length: 5\r\n\r\n"

struct reading {
	enum response_status status;
	struct response response;
};

/* Reads `size` bytes of the text, `at_once` of them at a time, and the stream's end behind them. */
static struct reading read_cut(const char *text, size_t size, size_t at_once)
{
	static struct known_head heads;
	struct reading r = {.status = RESPONSE_MORE};
	memset(&heads, 0, sizeof(heads));
	response_init(&r.response, &heads, false);
	for (size_t from = 0; from < size && r.status == RESPONSE_MORE; from += at_once) {
		size_t length = size - from < at_once ? size - from : at_once;
		r.status = response_parse(&r.response, text + from, length);
	}
	if (r.status == RESPONSE_MORE)
		r.status = response_end(&r.response);
	return r;
}

static const struct {
	const char *text;
	enum response_status status;
	enum response_framing framing;
	uint64_t promised, received;
} rows[] = {
	{OF_FIVE "12345", RESPONSE_DONE, RESPONSE_BY_LENGTH, 5, 5},
	{OF_FIVE "12345more", RESPONSE_DONE, RESPONSE_BY_LENGTH, 5, 5},
	{OF_FIVE "123", RESPONSE_BROKEN, RESPONSE_BY_LENGTH, 5, 3},
	{OK "Content-Length: 0\r\n\r\n", RESPONSE_DONE, RESPONSE_BY_LENGTH, 0, 0},
	{CHUNKED "5\r\n12345\r\n0\r\n\r\n", RESPONSE_DONE, RESPONSE_CHUNKED, 5, 5},
	{CHUNKED "5\r\n12345\r\na\r\n1234567890\r\n0\r\n\r\n", RESPONSE_DONE, RESPONSE_CHUNKED, 15,
		15},
	/* In a chunk, between two, in the size of one, before the last, in the trailer. */
	{CHUNKED "5\r\n123", RESPONSE_BROKEN, RESPONSE_CHUNKED, 5, 3},
	{CHUNKED "5\r\n12345\r\n", RESPONSE_BROKEN, RESPONSE_CHUNKED, 5, 5},
	{CHUNKED "5\r\n12345\r\n1", RESPONSE_BROKEN, RESPONSE_CHUNKED, 5, 5},
	{CHUNKED "5\r\n12345\r\n10\r\n", RESPONSE_BROKEN, RESPONSE_CHUNKED, 21, 5},
	{CHUNKED "5\r\n12345\r\n0\r\n", RESPONSE_BROKEN, RESPONSE_CHUNKED, 5, 5},
	{CHUNKED "", RESPONSE_BROKEN, RESPONSE_CHUNKED, 0, 0},
	{CHUNKED "fffffffffffffff0\r\n1", RESPONSE_BROKEN, RESPONSE_CHUNKED,
		UINT64_C(0xfffffffffffffff0), 1},
	{OK "\r\n12345", RESPONSE_DONE, RESPONSE_BY_CLOSE, 5, 5},
	{OK "\r\n", RESPONSE_DONE, RESPONSE_BY_CLOSE, 0, 0},
	{"HTTP/1.0 200 OK\r\n\r\n12345", RESPONSE_DONE, RESPONSE_BY_CLOSE, 5, 5},
	{"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n123", RESPONSE_BROKEN, RESPONSE_BY_LENGTH, 5,
		3},
	/* Neither has a body, whatever its head says. */
	{"HTTP/1.1 204 No\r\n\r\n", RESPONSE_DONE, RESPONSE_BY_LENGTH, 0, 0},
	{"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", RESPONSE_DONE, RESPONSE_BY_LENGTH, 0, 0},
	{"HTTP/1.1 304 No\r\nTransfer-Encoding: chunked\r\n\r\n", RESPONSE_DONE, RESPONSE_BY_LENGTH,
		0, 0},
	/* The interim response is not the one that was asked for. */
	{"HTTP/1.1 100 Continue\r\n\r\n" OF_FIVE "12345", RESPONSE_DONE, RESPONSE_BY_LENGTH, 5, 5},
	{"HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n", RESPONSE_BROKEN, RESPONSE_IN_HEAD, 0, 0},
	{OK "Content-Le", RESPONSE_BROKEN, RESPONSE_IN_HEAD, 0, 0},
	{"HT", RESPONSE_BROKEN, RESPONSE_IN_HEAD, 0, 0},
	{"", RESPONSE_BROKEN, RESPONSE_IN_HEAD, 0, 0},
};

static void what_ends_a_response(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (size_t at_once = 1; at_once <= strlen(rows[i].text) + 1; at_once++) {
			struct reading r = read_cut(rows[i].text, strlen(rows[i].text), at_once);
			if (r.status != rows[i].status || r.response.framing != rows[i].framing ||
				r.response.promised != rows[i].promised ||
				r.response.received != rows[i].received)
				fail_msg("%s\n%zu at once: status %d, framing %d, %" PRIu64
					 " promised, %" PRIu64 " received",
					rows[i].text, at_once, r.status, r.response.framing,
					r.response.promised, r.response.received);
		}
}

/* Wherever the stream ends. A response that ends with the stream is whole with any body. */
static void never_more_received_than_promised(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (size_t size = 0; size <= strlen(rows[i].text); size++) {
			struct reading r = read_cut(rows[i].text, size, 1);
			assert_true(r.response.received <= r.response.promised);
			bool is_whole = r.status == RESPONSE_DONE;
			if (is_whole)
				assert_int_equal(r.response.received, r.response.promised);
			if (r.response.framing == RESPONSE_BY_CLOSE)
				assert_true(is_whole);
			else if (size < strlen(rows[i].text) && !strstr(rows[i].text, "more"))
				assert_false(is_whole);
		}
}

/* Sizes of chunks whose sum no number holds. */
static void more_than_any_number(void **state)
{
	static const char begin[] = CHUNKED "1\r\n1\r\nffffffffffffffff\r\n12";
	struct reading r = read_cut(begin, strlen(begin), sizeof(begin));
	assert_int_equal(r.status, RESPONSE_BROKEN);
	assert_true(r.response.promised == UINT64_MAX);
	assert_int_equal(r.response.received, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ends_a_response),
		cmocka_unit_test(never_more_received_than_promised),
		cmocka_unit_test(more_than_any_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
