/* Heads of responses, and which segments are proven to begin one. */
#include "bench/measure/responses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define FIRST 5001
#define OK_10 "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
#define OK_LAST "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
#define OPEN_LAST "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define OK_OPEN "HTTP/1.1 200 OK\r\n\r\n"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
#define HINTS "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
#define BEHIND_LAST (FIRST + sizeof(OK_LAST) - 1 + 10)
#define BEHIND_OK (FIRST + sizeof(OK_10) - 1 + 10)

static struct response_head parse(const char *text)
{
	return response_head_parse((const uint8_t *)text, strlen(text));
}

static void heads_are_read(void **state)
{
	static const struct {
		const char *text;
		bool is_head, is_whole, has_length, closes;
		unsigned status;
		uint64_t length;
	} rows[] = {
		{OK_10, true, true, true, false, 200, 10},
		{OK_OPEN, true, true, false, false, 200, 0},
		{OK_LAST, true, true, true, true, 200, 10},
		{"HTTP/1.1 200 OK\r\nconnection: a, CLOSE\r\n\r\n", true, true, false, true, 200,
			0},
		{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", true, true, false, false, 200,
			0},
		{"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", true, true, true, true, 200, 3},
		{BUSY, true, true, true, false, 503, 0},
		{"HTTP/1.0 404 No\r\nContent-Length: 7", true, false, false, false, 404, 0},
		{"HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", true, true, true, false, 304, 0},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true, true, false, false,
			200, 0},
		{HINTS, true, true, true, false, 103, 0},
		{HINTS BUSY, true, true, true, false, 503, 0},
		{"HTTP/2 503\r\n\r\n", false, false, false, false, 0, 0},
		{"HTTP is a protocol", false, false, false, false, 0, 0},
		{"HTTP/1.1 5031 no\r\n", false, false, false, false, 0, 0},
		{"HTTP/1.1 50", false, false, false, false, 0, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct response_head head = parse(rows[i].text);
		assert_int_equal(head.is_head, rows[i].is_head);
		assert_int_equal(head.status, rows[i].status);
		assert_int_equal(head.is_whole, rows[i].is_whole);
		assert_int_equal(head.has_length, rows[i].has_length);
		assert_int_equal(head.closes, rows[i].closes);
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
	bool is_unasked;
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
	{"the client had closed its side without a request", 0, 0, 0, false, {{BUSY, FIRST, 100}},
		.is_unasked = true},
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
				&(struct response_sight){row->seq, row->ack, FIRST, !s->misses,
					s->is_unasked, &head});
		}
		assert_int_equal(counts.heads, s->heads);
		assert_int_equal(counts.refused, s->refused);
		assert_int_equal(counts.refused_by[503], s->refused);
		assert_int_equal(counts.unproven, s->unproven);
		assert_int_equal(responses_refusal(counts.refused_by), s->refused ? 503 : 0);
	}
}

/* How the server ended a connection on which a request was late. */
static const struct {
	const char *name;
	const char *head;
	struct tcp_ending_end server;
	struct response_closes closes;
} ends[] = {
	{"announced, and the client had it", OK_LAST,
		{.fin = true, .fin_seq = BEHIND_LAST, .rst = true, .rst_seq = BEHIND_LAST + 1},
		{1, 0, 1, 1}},
	{"announced, and the client had all of its head", OK_LAST,
		{.fin = true, .fin_seq = BEHIND_LAST, .rst = true, .rst_seq = BEHIND_LAST - 10},
		{1, 0, 1, 1}},
	{"announced, and the request was sent before that", OK_LAST,
		{.fin = true, .fin_seq = BEHIND_LAST, .rst = true, .rst_seq = FIRST}, {1, 0, 1, 0}},
	{"announced, and the server reads on", OK_LAST, {.fin = true, .fin_seq = BEHIND_LAST},
		{1, 0, 0, 0}},
	{"announced, and reset unread at close(2)", OK_LAST,
		{.rst = true, .rst_has_ack = true, .rst_seq = BEHIND_LAST}, {1, 0, 0, 0}},
	{"announced, and reset unread behind shutdown(2)", OK_LAST,
		{.fin = true,
			.fin_seq = BEHIND_LAST,
			.rst = true,
			.rst_has_ack = true,
			.rst_seq = BEHIND_LAST + 1},
		{1, 0, 0, 0}},
	{"announced, without a length", OPEN_LAST,
		{.fin = true, .fin_seq = FIRST + 900, .rst = true, .rst_seq = FIRST + 901},
		{1, 0, 1, 1}},
	{"not announced", OK_10, {.fin = true, .fin_seq = BEHIND_OK}, {0, 1, 0, 0}},
	{"not announced, unread at close(2)", OK_10,
		{.rst = true, .rst_has_ack = true, .rst_seq = BEHIND_OK}, {0, 1, 0, 0}},
	{"another response followed", OK_10, {.fin = true, .fin_seq = BEHIND_OK + 90}, {0}},
	{"another followed one that announces", OK_LAST, {.fin = true, .fin_seq = BEHIND_LAST + 90},
		{0}},
	{"not announced, without a length", OK_OPEN, {.fin = true, .fin_seq = FIRST + 900}, {0}},
	{"where the server's bytes end is not known", OK_LAST,
		{.rst = true, .rst_seq = BEHIND_LAST}, {0}},
	{"no head was seen", NULL, {.fin = true, .fin_seq = BEHIND_OK}, {0}},
};

static void announcements_are_told(void **state)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct response_counts counts = {0};
		struct response_track track = {0};
		const struct ending_side server = {.sent = &ends[i].server};
		print_message("%s\n", ends[i].name);
		if (ends[i].head) {
			struct response_head head = parse(ends[i].head);
			responses_see(&counts, &track,
				&(struct response_sight){FIRST, 100, FIRST, true, false, &head});
		}
		responses_tally_late(&counts, &track, &server);
		assert_int_equal(counts.late.announced, ends[i].closes.announced);
		assert_int_equal(counts.late.unannounced, ends[i].closes.unannounced);
		assert_int_equal(counts.late.timed, ends[i].closes.timed);
		assert_int_equal(counts.late.known, ends[i].closes.known);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads_are_read),
		cmocka_unit_test(refusals_are_proven),
		cmocka_unit_test(announcements_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
