/* Heads of responses, and which segments are proven to begin one. */
#include "bench/measure/responses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define FIRST 5001
#define OK_10 "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
#define OK_OPEN "HTTP/1.1 200 OK\r\n\r\n"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
#define HINTS "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
#define BEHIND_OK (FIRST + sizeof(OK_10) - 1 + 10)

static struct response_head parse(const char *text)
{
	return response_head_parse((const uint8_t *)text, strlen(text));
}

static void heads_are_read(void **state)
{
	static const struct {
		const char *text;
		bool is_head, is_whole, has_length;
		unsigned status;
		uint64_t length;
	} rows[] = {
		{OK_10, true, true, true, 200, 10},
		{OK_OPEN, true, true, false, 200, 0},
		{BUSY, true, true, true, 503, 0},
		{"HTTP/1.0 404 No\r\nContent-Length: 7", true, false, false, 404, 0},
		{"HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", true, true, true, 304, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true, true, false, 200,
			0},
		{HINTS, true, true, true, 103, 0},
		{HINTS BUSY, true, true, true, 503, 0},
		{"HTTP/2 503\r\n\r\n", false, false, false, 0, 0},
		{"HTTP is a protocol", false, false, false, 0, 0},
		{"HTTP/1.1 5031 no\r\n", false, false, false, 0, 0},
		{"HTTP/1.1 50", false, false, false, 0, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response_head head = parse(rows[i].text);
		assert_int_equal(head.is_head, rows[i].is_head);
		assert_int_equal(head.status, rows[i].status);
		assert_int_equal(head.is_whole, rows[i].is_whole);
		assert_int_equal(head.has_length, rows[i].has_length);
		assert_int_equal(head.length, rows[i].length);
		assert_int_equal(head.bytes, head.is_whole ? strlen(rows[i].text) : 0);
	}
}

struct row {
	const char *text;
	uint32_t seq, ack;
};

static const struct scenario {
	const char *name;
	uint64_t heads, refused, unproven;
	bool misses;
	struct row rows[4];
} scenarios[] = {
	{"the first", 1, 1, 0, false, {{BUSY, FIRST, 100}}},
	{"a success", 1, 0, 0, false, {{OK_10, FIRST, 100}}},
	{"behind the end of the one before", 2, 1, 0, true,
		{{OK_10, FIRST, 100}, {BUSY, BEHIND_OK, 200}}},
	{"a body that looks like one", 1, 0, 1, false,
		{{OK_10, FIRST, 100}, {BUSY, BEHIND_OK - 10, 100}}},
	{"such a body while the next request is there", 1, 0, 1, false,
		{{OK_10, FIRST, 100}, {BUSY, BEHIND_OK - 10, 200}}},
	{"no length: it answers another request", 2, 1, 0, false,
		{{OK_OPEN, FIRST, 100}, {BUSY, FIRST + 900, 200}}},
	{"no length: a body of the same answer", 1, 0, 1, false,
		{{OK_OPEN, FIRST, 100}, {BUSY, FIRST + 900, 100}}},
	{"no length, and heads were missed", 1, 0, 1, true,
		{{OK_OPEN, FIRST, 100}, {BUSY, FIRST + 900, 200}}},
	{"nothing is known of the one before", 0, 0, 1, false, {{BUSY, FIRST + 900, 200}}},
	{"sent again", 1, 1, 0, false, {{BUSY, FIRST, 100}, {BUSY, FIRST, 100}}},
	{"behind an interim one", 1, 1, 0, false,
		{{HINTS, FIRST, 100}, {BUSY, FIRST + sizeof(HINTS) - 1, 100}}},
};

static void refusals_are_proven(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct response_counts counts = {0};
		struct response_track track = {0};
		print_message("%s\n", s->name);
		for (const struct row *row = s->rows; row->text; row++) {
			struct response_head head = parse(row->text);
			responses_see(&counts, &track,
				&(struct response_sight){
					row->seq, row->ack, FIRST, !s->misses, &head});
		}
		assert_int_equal(counts.heads, s->heads);
		assert_int_equal(counts.refused, s->refused);
		assert_int_equal(counts.refused_by[503], s->refused);
		assert_int_equal(counts.unproven, s->unproven);
		assert_int_equal(responses_refusal(counts.refused_by), s->refused ? 503 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read),
		cmocka_unit_test(refusals_are_proven),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
