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

/* Behind each of these responses, and what follows them is no part of the response. */
static const char *const ends[] = {
	OF_FIVE "12345",
	OK "Content-Length: 0\r\n\r\n",
	CHUNKED "5\r\n12345\r\n0\r\n\r\n",
	CHUNKED "5\r\n12345\r\n0\r\nA: trailer\r\nB: another\r\n\r\n",
	"HTTP/1.1 204 No\r\n\r\n",
	"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n",
	"HTTP/1.1 100 Continue\r\n\r\n" OF_FIVE "12345",
};

/* So many bytes of what follows come with the read that completes the response. */
static uint64_t surplus_of(
	const char *response, const char *follows, size_t with_it, struct known_head *known)
{
	char text[400];
	struct response r;
	int size = snprintf(text, sizeof(text), "%s%s", response, follows);
	size_t end = strlen(response) + with_it;
	response_init(&r, known, false);
	assert_true(size > 0 && end <= (size_t)size);
	assert_int_equal(response_parse(&r, text, end), RESPONSE_DONE);
	assert_int_equal(r.received, r.promised);
	return r.surplus;
}

static void what_comes_behind_the_end(void **state)
{
	static const char *const follow[] = {"more", "\r\n", OF_FIVE "12345", "0\r\n\r\n"};
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		for (size_t k = 0; k < sizeof(follow) / sizeof(*follow); k++)
			for (size_t n = 0; n <= strlen(follow[k]); n++) {
				/* Parsed, and then known by its head. */
				struct known_head known = {.size = 0};
				assert_int_equal(surplus_of(ends[i], follow[k], n, &known), n);
				assert_int_equal(surplus_of(ends[i], follow[k], n, &known), n);
				assert_int_equal(known.size > 0, i == 0 || i == 6);
			}
}

/* Of a response that is known by its head, and comes with several reads. */
static void what_comes_behind_a_known_one(void **state)
{
	struct known_head known = {.size = 0};
	struct response r;
	surplus_of(OF_FIVE "12345", "", 0, &known);
	response_init(&r, &known, false);
	assert_int_equal(response_parse(&r, OF_FIVE "123", strlen(OF_FIVE "123")), RESPONSE_MORE);
	assert_int_equal(r.surplus, 0);
	assert_int_equal(response_parse(&r, "45more", 6), RESPONSE_DONE);
	assert_true(r.was_known);
	assert_int_equal(r.surplus, 4);
}

/* The stream ends them: nothing is behind that. */
static void what_only_the_stream_ends_has_no_surplus(void **state)
{
	struct reading r = read_cut(OK "\r\n12345", strlen(OK "\r\n12345"), 400);
	assert_int_equal(r.status, RESPONSE_DONE);
	assert_int_equal(r.response.surplus, 0);
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
		cmocka_unit_test(what_comes_behind_the_end),
		cmocka_unit_test(what_comes_behind_a_known_one),
		cmocka_unit_test(what_only_the_stream_ends_has_no_surplus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
