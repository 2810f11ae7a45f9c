/* Requests that come when the server is closing, and what looks like them, as tables of segments.
 */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SYN = 1, FIN = 2, RST = 4, ACK = 8, METHOD = 16 };

#define MS UINT64_C(1000000)
/* The client's SYN has 1000, the server's 5000; each request has 100 bytes, each response 400. */
#define C_ISN 1000
#define C_ONE 1101 /* behind the first request */
#define C_TWO 1201 /* behind the second */
#define S_ONE 5401 /* behind the first response */
#define ROWS_MAX 8

struct row {
	enum td_who from;
	int flags;
	uint32_t seq, ack, payload;
	uint64_t at_ms;
};

#define BEGUN                                                                                      \
	{                                                                                          \
		TD_CLIENT, SYN, C_ISN                                                              \
	}
#define ASKED                                                                                      \
	{                                                                                          \
		TD_CLIENT, ACK | METHOD, C_ISN + 1, 5001, 100                                      \
	}
#define ASKED_AGAIN(ack)                                                                           \
	{                                                                                          \
		TD_CLIENT, ACK | METHOD, C_ONE, ack, 100                                           \
	}
#define SERVER_FIN(at_ms)                                                                          \
	{                                                                                          \
		TD_SERVER, FIN | ACK, S_ONE, C_ONE, 0, at_ms                                       \
	}

static const struct scenario {
	const char *name;
	uint64_t behind_fin, knew_fin, unread, first_ms, drained;
	struct row rows[ROWS_MAX];
} scenarios[] = {
	{"behind a FIN that had come", 1, 1, 0, 107, 0,
		{BEGUN, ASKED, SERVER_FIN(100), ASKED_AGAIN(S_ONE + 1),
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 107}}},
	{"it crosses the FIN", 1, 0, 0, 101, 0,
		{BEGUN, ASKED, ASKED_AGAIN(S_ONE), SERVER_FIN(100),
			{TD_SERVER, RST, S_ONE, 0, 0, 101}}},
	{"the server takes it and says nothing", 1, 0, 0, 100, 1,
		{BEGUN, ASKED, SERVER_FIN(100), ASKED_AGAIN(S_ONE + 1),
			{TD_CLIENT, FIN | ACK, C_TWO, S_ONE + 1, 0, 120}}},
	{"the client resets in the end", 1, 0, 0, 100, 1,
		{BEGUN, ASKED, SERVER_FIN(100), ASKED_AGAIN(S_ONE + 1),
			{TD_CLIENT, RST | ACK, C_TWO, S_ONE + 1, 0, 120}}},
	{"unread behind shutdown(2)", 0, 0, 1, 103, 0,
		{BEGUN, ASKED, SERVER_FIN(100), ASKED_AGAIN(S_ONE + 1),
			{TD_SERVER, RST | ACK, S_ONE + 1, C_TWO, 0, 103}}},
	{"unread at close(2)", 0, 0, 1, 103, 0,
		{BEGUN, ASKED, ASKED_AGAIN(S_ONE), {TD_SERVER, RST | ACK, S_ONE, C_TWO, 0, 103}}},
	{"behind the body of the request before", 1, 1, 0, 107, 0,
		{BEGUN, ASKED, {TD_CLIENT, ACK, C_ONE, 5001, 50},
			{TD_SERVER, FIN | ACK, S_ONE, C_ONE + 50, 0, 100},
			{TD_CLIENT, ACK | METHOD, C_ONE + 50, S_ONE + 1, 100},
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 107}}},
	{"both have a body", 1, 1, 0, 107, 0,
		{BEGUN, ASKED, {TD_CLIENT, ACK, C_ONE, 5001, 50},
			{TD_SERVER, FIN | ACK, S_ONE, C_ONE + 50, 0, 100},
			{TD_CLIENT, ACK | METHOD, C_ONE + 50, S_ONE + 1, 100},
			{TD_CLIENT, ACK, C_ONE + 150, S_ONE + 1, 50},
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 107}}},
	{"with a body of its own", 1, 1, 0, 107, 0,
		{BEGUN, ASKED, SERVER_FIN(100), ASKED_AGAIN(S_ONE + 1),
			{TD_CLIENT, ACK, C_TWO, S_ONE + 1, 50},
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 107}}},
	{"the rest of an upload", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN(100), {TD_CLIENT, ACK, C_ONE, S_ONE + 1, 5000},
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 107}}},
	{"the rest of an upload, in pieces", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, {TD_CLIENT, ACK, C_ONE, 5001, 500},
			{TD_CLIENT, ACK, C_ONE + 500, 5001, 500},
			{TD_SERVER, FIN | ACK, S_ONE, C_ONE + 500, 0, 100},
			{TD_CLIENT, ACK, C_ONE + 1000, S_ONE + 1, 500},
			{TD_SERVER, RST, S_ONE, 0, 0, 107}}},
	{"an upload unread at close(2)", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, {TD_CLIENT, ACK, C_ONE, 5001, 500},
			{TD_SERVER, RST | ACK, S_ONE, C_ONE + 500, 0, 103}}},
	{"one request, unread", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, {TD_SERVER, RST | ACK, 5001, C_ONE, 0, 103}}},
	{"the first request behind a FIN", 0, 0, 0, 0, 0,
		{BEGUN, {TD_SERVER, FIN | ACK, 5001, C_ISN + 1, 0, 100}, ASKED,
			{TD_SERVER, RST, 5001, 0, 0, 107}}},
	{"a FIN that comes too late", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN(100), {TD_CLIENT, FIN | ACK, C_ONE, S_ONE + 1, 0, 900},
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 901}}},
	{"a negative TCP_LINGER2", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN(100), {TD_SERVER, RST | ACK, S_ONE + 1, C_ONE, 0, 100}}},
	{"two requests, both read", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, ASKED_AGAIN(S_ONE),
			{TD_SERVER, FIN | ACK, S_ONE + 400, C_TWO, 0, 100},
			{TD_CLIENT, FIN | ACK, C_TWO, S_ONE + 401, 0, 101}}},
	{"the client has closed before the server resets", 0, 0, 0, 0, 0,
		{BEGUN, ASKED, ASKED_AGAIN(S_ONE), {TD_CLIENT, FIN | ACK, C_TWO, S_ONE, 0, 101},
			{TD_SERVER, RST | ACK, S_ONE, C_TWO + 1, 0, 103}}},
	{"no method is known", 0, 0, 0, 0, 0,
		{BEGUN, {TD_CLIENT, ACK, C_ISN + 1, 5001, 100}, SERVER_FIN(100),
			{TD_CLIENT, ACK, C_ONE, S_ONE + 1, 100},
			{TD_SERVER, RST, S_ONE + 1, 0, 0, 107}}},
};

static void row_see(struct first_closer *judge, const struct row *row)
{
	const struct first_closer_segment segment = {
		.at_ns = row->at_ms * MS,
		.from = row->from,
		.client_address = {0x020012c6},
		.client_port = 32768,
		.seq = row->seq,
		.ack = row->ack,
		.payload = row->payload,
		.syn = row->flags & SYN,
		.fin = row->flags & FIN,
		.rst = row->flags & RST,
		.has_ack = row->flags & ACK,
		.begins_request = row->flags & METHOD,
	};
	first_closer_see(judge, &segment);
}

static void late_requests_are_told(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct first_closer *judge = first_closer_create();
		struct first_closer_counts counts;
		assert_non_null(judge);
		for (size_t at = 0; at < ROWS_MAX && s->rows[at].from != TD_NONE; at++)
			row_see(judge, &s->rows[at]);
		first_closer_finish(judge, &counts);
		first_closer_destroy(judge);
		const struct late_requests *late = &counts.late;
		if (late->behind_fin != s->behind_fin || late->knew_fin != s->knew_fin ||
			late->unread != s->unread || late->drained != s->drained ||
			late->first_ns != s->first_ms * MS)
			fail_msg("%s: %d behind the FIN, %d knew, %d unread, %d drained, the first "
				 "at %d ms",
				s->name, (int)late->behind_fin, (int)late->knew_fin,
				(int)late->unread, (int)late->drained, (int)(late->first_ns / MS));
	}
}

/* Both requests of a segment are unread at close(2): how large one is tells its first. */
static void two_of_a_segment_are_two(void **state)
{
	for (int is_seen = 0; is_seen < 2; is_seen++) {
		struct first_closer *judge = first_closer_create();
		struct first_closer_counts counts;
		const struct row begun = BEGUN, reset = {TD_SERVER, RST | ACK, S_ONE, C_TWO};
		const struct first_closer_segment both = {.from = TD_CLIENT,
			.client_address = {0x020012c6},
			.client_port = 32768,
			.seq = C_ISN + 1,
			.ack = 5001,
			.payload = 200,
			.has_ack = true,
			.begins_request = true,
			.request_bytes = is_seen ? 100 : 0};
		assert_non_null(judge);
		row_see(judge, &begun);
		first_closer_see(judge, &both);
		row_see(judge, &reset);
		first_closer_finish(judge, &counts);
		first_closer_destroy(judge);
		assert_int_equal(counts.late.unread, is_seen);
	}
}

/* Two of one trial, of which the later one begins first. */
static void the_first_and_the_longest_are_kept(void **state)
{
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	for (size_t i = 0; i < 2; i++) {
		struct row rows[] = {BEGUN, ASKED, SERVER_FIN(200 - 100 * i),
			ASKED_AGAIN(S_ONE + 1), {TD_SERVER, RST, S_ONE + 1, 0, 0, 207 - 98 * i}};
		for (size_t at = 0; at < sizeof(rows) / sizeof(rows[0]); at++) {
			rows[at].seq += rows[at].from == TD_CLIENT ? 900000 * i : 0;
			rows[at].ack += rows[at].from == TD_SERVER ? 900000 * i : 0;
			row_see(judge, &rows[at]);
		}
	}
	assert_int_equal(first_closer_late(judge)->request_bytes, 100);
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	assert_int_equal(counts.late.behind_fin, 2);
	assert_int_equal(counts.late.first_ns, 109 * MS);
	assert_int_equal(counts.late.span.count, 2);
	assert_int_equal(counts.late.span.least_ns, 7 * MS);
	assert_int_equal(counts.late.span.most_ns, 9 * MS);
}

/* Behind a whole response more of the client's is acknowledged by the server's FIN, which is a
 * request without an answer, unless it begins with no method. */
static void the_rest_of_an_upload_awaits_no_answer(void **state)
{
	for (int is_rest = 0; is_rest < 2; is_rest++) {
		const struct row rows[] = {BEGUN, {TD_SERVER, SYN | ACK, 5000, C_ISN + 1}, ASKED},
				 ended[] = {{TD_CLIENT, is_rest ? ACK : ACK | METHOD, C_ONE, S_ONE,
						    100},
					 {TD_SERVER, FIN | ACK, S_ONE, C_TWO, 0, 100}};
		const struct response_head head = {.is_head = true,
			.status = 200,
			.is_whole = true,
			.bytes = 100,
			.has_length = true,
			.length = 300};
		const struct first_closer_segment first = {.from = TD_SERVER,
			.client_address = {0x020012c6},
			.client_port = 32768,
			.seq = 5001,
			.ack = C_ONE,
			.has_ack = true,
			.responses_are_whole = true};
		struct first_closer *judge = first_closer_create();
		struct first_closer_counts counts;
		assert_non_null(judge);
		for (size_t at = 0; at < sizeof(rows) / sizeof(rows[0]); at++)
			row_see(judge, &rows[at]);
		first_closer_see_response(judge, &first, &head, RESPONSE_TAIL_OPEN);
		for (size_t at = 0; at < sizeof(ended) / sizeof(ended[0]); at++)
			row_see(judge, &ended[at]);
		first_closer_finish(judge, &counts);
		first_closer_destroy(judge);
		assert_int_equal(counts.responses.heads, 1);
		assert_int_equal(counts.responses.omissions.kept, is_rest ? 0 : 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_requests_are_told),
		cmocka_unit_test(two_of_a_segment_are_two),
		cmocka_unit_test(the_first_and_the_longest_are_kept),
		cmocka_unit_test(the_rest_of_an_upload_awaits_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
