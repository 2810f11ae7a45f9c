/* Data of the client behind the server's FIN that a RST answers, and what looks like it, as tables
 * of segments. */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SYN = 1, FIN = 2, RST = 4, ACK = 8, METHOD = 16, ALERT = 32 };

#define MS UINT64_C(1000000)
/* The client's SYN has 1000, the server's 5000; what the client sends has 100 bytes, its
 * close_notify 24, the response 400. */
#define C_ISN 1000
#define C_DATA 1101 /* behind the request */
#define C_NOTE 1125 /* behind the close_notify */
#define S_DATA 5401 /* behind the response */
#define NOTE 24
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
		TD_CLIENT, ACK, C_ISN + 1, 5001, 100, 50                                           \
	}
#define SERVER_FIN                                                                                 \
	{                                                                                          \
		TD_SERVER, FIN | ACK, S_DATA, C_DATA, 0, 100                                       \
	}
#define NOTIFIED(ack, at_ms)                                                                       \
	{                                                                                          \
		TD_CLIENT, ACK | ALERT, C_DATA, ack, NOTE, at_ms                                   \
	}

static const struct scenario {
	const char *name;
	uint64_t reset, knew_fin, alerts, first_ms;
	struct row rows[ROWS_MAX];
} scenarios[] = {
	{"behind a FIN that had come", 1, 1, 1, 103,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 102),
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"it crosses the FIN", 1, 0, 1, 103,
		{BEGUN, ASKED, NOTIFIED(S_DATA, 99), SERVER_FIN,
			{TD_SERVER, RST, S_DATA, 0, 0, 103}}},
	{"no alert", 1, 1, 0, 103,
		{BEGUN, ASKED, SERVER_FIN, {TD_CLIENT, ACK, C_DATA, S_DATA + 1, NOTE, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"an alert, and more behind it", 1, 1, 0, 103,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 101),
			{TD_CLIENT, ACK, C_NOTE, S_DATA + 1, 50, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"an alert behind the rest of an upload", 1, 1, 1, 103,
		{BEGUN, ASKED, SERVER_FIN, {TD_CLIENT, ACK, C_DATA, S_DATA + 1, 50, 101},
			{TD_CLIENT, ACK | ALERT, C_DATA + 50, S_DATA + 1, NOTE, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"with the client's FIN", 1, 1, 1, 103,
		{BEGUN, ASKED, SERVER_FIN,
			{TD_CLIENT, FIN | ACK | ALERT, C_DATA, S_DATA + 1, NOTE, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"just before a socket can have been given up", 1, 1, 1, 1101,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 102),
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 1101}}},
	{"taken, and a FIN when the socket had been given up", 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 102),
			{TD_CLIENT, FIN | ACK, C_NOTE, S_DATA + 1, 0, 1102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 1102}}},
	{"taken", 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 102),
			{TD_CLIENT, FIN | ACK, C_NOTE, S_DATA + 1, 0, 103}}},
	{"before the FIN, which acknowledges it", 0, 0, 0, 0,
		{BEGUN, ASKED, NOTIFIED(S_DATA, 98), {TD_SERVER, FIN | ACK, S_DATA, C_NOTE, 0, 100},
			{TD_CLIENT, FIN | ACK, C_NOTE, S_DATA + 1, 0, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"a negative TCP_LINGER2: a RST answers the FIN's ACK", 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN, {TD_SERVER, RST, S_DATA + 1, 0, 0, 102}}},
	{"a FIN comes too late", 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1, 0, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"unread behind shutdown(2)", 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 102),
			{TD_SERVER, RST | ACK, S_DATA + 1, C_NOTE, 0, 103}}},
	{"unread at close(2)", 0, 0, 0, 0,
		{BEGUN, ASKED, NOTIFIED(S_DATA, 99), {TD_SERVER, RST | ACK, S_DATA, C_NOTE}}},
	{"the client resets", 0, 0, 0, 0,
		{BEGUN, ASKED, SERVER_FIN, NOTIFIED(S_DATA + 1, 102),
			{TD_CLIENT, RST | ACK, C_NOTE, S_DATA + 1, 0, 103}}},
	{"a request that comes too late", 0, 0, 0, 0,
		{BEGUN, {TD_CLIENT, ACK | METHOD, C_ISN + 1, 5001, 100, 50}, SERVER_FIN,
			{TD_CLIENT, ACK | METHOD, C_DATA, S_DATA + 1, 100, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"and its body", 0, 0, 0, 0,
		{BEGUN, {TD_CLIENT, ACK | METHOD, C_ISN + 1, 5001, 100, 50}, SERVER_FIN,
			{TD_CLIENT, ACK | METHOD, C_DATA, S_DATA + 1, 100, 102},
			{TD_CLIENT, ACK, C_DATA + 100, S_DATA + 1, 50, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
	{"the rest of the only request", 1, 1, 0, 103,
		{BEGUN, {TD_CLIENT, ACK | METHOD, C_ISN + 1, 5001, 100, 50}, SERVER_FIN,
			{TD_CLIENT, ACK, C_DATA, S_DATA + 1, 50, 102},
			{TD_SERVER, RST, S_DATA + 1, 0, 0, 103}}},
};

static void row_see(struct first_closer *judge, const struct row *row, uint16_t port)
{
	const struct first_closer_segment segment = {
		.at_ns = row->at_ms * MS,
		.from = row->from,
		.client_address = {0x020012c6},
		.client_port = port,
		.seq = row->seq,
		.ack = row->ack,
		.payload = row->payload,
		.syn = row->flags & SYN,
		.fin = row->flags & FIN,
		.rst = row->flags & RST,
		.has_ack = row->flags & ACK,
		.begins_request = row->flags & METHOD,
		.is_tls_alert = row->flags & ALERT,
	};
	first_closer_see(judge, &segment);
}

static void test_scenarios(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct first_closer *judge = first_closer_create();
		struct first_closer_counts counts;
		const struct late_data *late = &counts.late_data;
		assert_non_null(judge);
		for (size_t at = 0; at < ROWS_MAX && s->rows[at].from != TD_NONE; at++)
			row_see(judge, &s->rows[at], 32768);
		first_closer_finish(judge, &counts);
		first_closer_destroy(judge);
		if (late->looked_at != 1 || late->reset != s->reset ||
			late->knew_fin != s->knew_fin || late->tls_alerts != s->alerts ||
			late->first_ns != s->first_ms * MS)
			fail_msg("%s: %d looked at, %d reset, %d knew, %d alerts, first at %d ms",
				s->name, (int)late->looked_at, (int)late->reset,
				(int)late->knew_fin, (int)late->tls_alerts,
				(int)(late->first_ns / MS));
	}
}

/* The first of all is kept; of connections that go on when no more data is looked at, nothing is
 * known. */
static void test_many(void **state)
{
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	const struct row begun = BEGUN, asked = ASKED, fin = SERVER_FIN,
			 note = NOTIFIED(S_DATA + 1, 102);
	struct row reset = {TD_SERVER, RST, S_DATA + 1, 0, 0, 900};
	const uint16_t count = LATE_REQUEST_RESTS_MOST / 2 + 3;
	assert_non_null(judge);
	for (uint16_t port = 1; port <= count; port++) {
		row_see(judge, &begun, port);
		row_see(judge, &asked, port);
		row_see(judge, &fin, port);
		row_see(judge, &note, port);
		reset.at_ms--;
		if (port > 700)
			reset.at_ms = 105;
		row_see(judge, &reset, port);
	}
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	assert_int_equal(counts.connections, count);
	assert_int_equal(counts.late_data.looked_at, LATE_REQUEST_RESTS_MOST / 2 - 1);
	assert_int_equal(counts.late_data.reset, LATE_REQUEST_RESTS_MOST / 2 - 1);
	assert_int_equal(counts.late_data.first_ns, 105 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenarios),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
