/* How connections ended, as tables of segments with their times. */
#include "bench/measure/first_closer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SYN = 1, FIN = 2, RST = 4, ACK = 8 };

#define MS UINT64_C(1000000)
/* Sequence numbers as in first_closer_test.c: the request has 100 bytes, the response 400. */
#define C_ISN 1000
#define C_DATA 1101 /* behind the request */
#define S_BEGIN 5001
#define S_DATA 5401 /* behind the response */
#define ROWS_MAX 6

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
#define SERVER_FIN(at_ms)                                                                          \
	{                                                                                          \
		TD_SERVER, FIN | ACK, S_DATA, C_DATA, 0, at_ms                                     \
	}
#define CLIENT_FIN(at_ms)                                                                          \
	{                                                                                          \
		TD_CLIENT, FIN | ACK, C_DATA, S_DATA, 0, at_ms                                     \
	}
#define SERVER_FIN_BEHIND(at_ms)                                                                   \
	{                                                                                          \
		TD_SERVER, FIN | ACK, S_DATA, C_DATA + 1, 0, at_ms                                 \
	}
#define CLIENT_FIN_BEHIND(at_ms)                                                                   \
	{                                                                                          \
		TD_CLIENT, FIN | ACK, C_DATA, S_DATA + 1, 0, at_ms                                 \
	}

#define TOOK(ms)                                                                                   \
	{                                                                                          \
		1, (ms)*MS, (ms)*MS, (ms)*MS, (ms) >= 300                                          \
	}

static const struct scenario {
	const char *name;
	struct ending_counts server, client;
	uint64_t crossed;
	struct row rows[ROWS_MAX];
} scenarios[] = {
	{"the server's FIN, the client's 7 ms behind", {.time_wait = 1, .fin_first = 1},
		{.fin_behind_fin = TOOK(7)}, 0, {BEGUN, SERVER_FIN(10), CLIENT_FIN_BEHIND(17)}},
	{"the client's FIN, the server's late", {.fin_behind_fin = TOOK(300)},
		{.time_wait = 1, .fin_first = 1}, 0,
		{BEGUN, CLIENT_FIN(10), SERVER_FIN_BEHIND(310)}},
	{"the same, not late", {.fin_behind_fin = TOOK(299)}, {.time_wait = 1, .fin_first = 1}, 0,
		{BEGUN, CLIENT_FIN(10), SERVER_FIN_BEHIND(309)}},
	{"a FIN that is sent again has the time of the first", {.time_wait = 1, .fin_first = 1},
		{.fin_behind_fin = TOOK(7)}, 0,
		{BEGUN, SERVER_FIN(10), SERVER_FIN(15), CLIENT_FIN_BEHIND(17),
			CLIENT_FIN_BEHIND(19)}},
	{"seen in the wrong order, it took no time", {.fin_behind_fin = TOOK(0)},
		{.time_wait = 1, .fin_first = 1}, 0,
		{BEGUN, SERVER_FIN_BEHIND(10), CLIENT_FIN(11)}},
	{"the FINs cross", {.time_wait = 1}, {.time_wait = 1}, 1,
		{BEGUN, SERVER_FIN(10), CLIENT_FIN(11)}},
	{"one FIN and silence", {.fin_first = 1}, {.time_wait = 0}, 0, {BEGUN, SERVER_FIN(10)}},
	/* Half closed. */
	{"the response comes behind the client's FIN", {.fin_behind_fin = TOOK(2)},
		{.time_wait = 1, .fin_first = 1, .half_closed = 1}, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_BEGIN, 0, 10}, SERVER_FIN_BEHIND(12)}},
	{"its FIN rides on the request, the server's on the response", {.fin_behind_fin = TOOK(2)},
		{.time_wait = 1, .fin_first = 1, .half_closed = 1}, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_ISN + 1, S_BEGIN, 100, 10},
			{TD_SERVER, FIN | ACK, S_BEGIN, C_DATA + 1, 400, 12}}},
	{"a part of the response comes behind it", {.fin_behind_fin = TOOK(2)},
		{.time_wait = 1, .fin_first = 1, .half_closed = 1}, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_DATA - 1, 0, 10}, SERVER_FIN_BEHIND(12)}},
	{"the FINs cross, and the response", {.time_wait = 1}, {.time_wait = 1, .half_closed = 1},
		1, {BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_BEGIN, 0, 10}, SERVER_FIN(10)}},
	{"the response, then a RST of the server",
		{.reset_without_fin = 1, .resets_sent = {[RESET_BEHIND_OTHER_FIN] = 1}},
		{.fin_first = 1, .half_closed = 1, .killed_by_reset = 1}, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_BEGIN, 0, 10},
			{TD_SERVER, RST | ACK, S_DATA, C_DATA + 1, 0, 12}}},
	{"no response, and a RST of the server",
		{.reset_without_fin = 1, .resets_sent = {[RESET_BEHIND_OTHER_FIN] = 1}},
		{.fin_first = 1, .killed_by_reset = 1}, 0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_BEGIN, 0, 10},
			{TD_SERVER, RST | ACK, S_BEGIN, C_DATA + 1, 0, 12}}},
	/* The client has closed: its kernel answers the response. */
	{"the client closes before the response", {.fin_behind_fin = TOOK(2)},
		{.fin_first = 1,
			.killed_by_data = 1,
			.reset_beside_fin = 1,
			.resets_answered = {[RESET_BEHIND_BOTH_FINS] = 1},
			.reset_behind_fin = TOOK(3)},
		0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_BEGIN, 0, 10}, SERVER_FIN_BEHIND(12),
			{TD_CLIENT, RST, C_DATA + 1, 0, 0, 13}}},
	{"the same, the RST comes before the server's FIN", {.time_wait = 0},
		{.fin_first = 1,
			.killed_by_data = 1,
			.reset_beside_fin = 1,
			.resets_answered = {[RESET_BEHIND_OWN_FIN] = 1},
			.reset_behind_fin = TOOK(1)},
		0,
		{BEGUN, {TD_CLIENT, FIN | ACK, C_DATA, S_BEGIN, 0, 10},
			{TD_CLIENT, RST, C_DATA + 1, 0, 0, 11}}},
	/* Resets. */
	{"a RST of the server alone", {.reset_without_fin = 1, .resets_sent = {[RESET_OPEN] = 1}},
		{.time_wait = 0}, 0, {BEGUN, {TD_SERVER, RST | ACK, S_DATA, C_DATA, 0, 10}}},
	{"a RST of the client alone, twice", {.time_wait = 0},
		{.reset_without_fin = 1, .resets_sent = {[RESET_OPEN] = 1}}, 0,
		{BEGUN, {TD_CLIENT, RST | ACK, C_DATA, S_BEGIN, 0, 10},
			{TD_CLIENT, RST, C_DATA, 0, 0, 11}}},
	{"data comes while the server's FIN waits behind its response",
		{.reset_without_fin = 1, .resets_answered = {[RESET_OPEN] = 1}}, {.time_wait = 0},
		0, {BEGUN, {TD_SERVER, RST, S_BEGIN, 0, 0, 10}}},
	{"the server's FIN, then its RST",
		{.fin_first = 1,
			.killed_by_data = 1,
			.reset_beside_fin = 1,
			.resets_sent = {[RESET_BEHIND_OWN_FIN] = 1},
			.reset_behind_fin = TOOK(5)},
		{.time_wait = 0}, 0,
		{BEGUN, SERVER_FIN(10), {TD_SERVER, RST | ACK, S_DATA + 1, C_DATA, 0, 15}}},
	{"the same for data that comes",
		{.fin_first = 1,
			.killed_by_data = 1,
			.reset_beside_fin = 1,
			.resets_answered = {[RESET_BEHIND_OWN_FIN] = 1},
			.reset_behind_fin = TOOK(5)},
		{.time_wait = 0}, 0,
		{BEGUN, SERVER_FIN(10), {TD_SERVER, RST, S_DATA + 1, 0, 0, 15}}},
	{"a RST that acknowledges the other's FIN", {.killed_by_reset = 1, .fin_first = 1},
		{.reset_without_fin = 1, .resets_sent = {[RESET_BEHIND_OTHER_FIN] = 1}}, 0,
		{BEGUN, SERVER_FIN(10), {TD_CLIENT, RST | ACK, C_DATA, S_DATA + 1, 0, 11}}},
	{"a RST that does not", {.killed_by_reset = 1},
		{.reset_without_fin = 1, .resets_sent = {[RESET_ACROSS_FIN] = 1}}, 0,
		{BEGUN, SERVER_FIN(10), {TD_CLIENT, RST | ACK, C_DATA, S_DATA, 0, 11}}},
	{"a RST behind both FINs", {.time_wait = 1, .fin_first = 1},
		{.reset_beside_fin = 1,
			.resets_answered = {[RESET_BEHIND_BOTH_FINS] = 1},
			.fin_behind_fin = TOOK(1),
			.reset_behind_fin = TOOK(2)},
		0,
		{BEGUN, SERVER_FIN(10), CLIENT_FIN_BEHIND(11),
			{TD_CLIENT, RST, C_DATA + 1, 0, 0, 13}}},
};

static struct first_closer_segment segment_of(const struct row *row, uint16_t port)
{
	return (struct first_closer_segment){
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
	};
}

static void rows_see(struct first_closer *judge, const struct row *rows, uint16_t port)
{
	for (size_t at = 0; at < ROWS_MAX && rows[at].from != TD_NONE; at++) {
		struct first_closer_segment segment = segment_of(&rows[at], port);
		first_closer_see(judge, &segment);
	}
}

/* Every count is 64 bits wide. */
static void ends_compare(const char *name, const char *end, const struct ending_counts *expected,
	const struct ending_counts *found)
{
	const uint64_t *wanted = (const void *)expected, *seen = (const void *)found;
	for (size_t i = 0; i < sizeof(*expected) / sizeof(*wanted); i++)
		if (wanted[i] != seen[i])
			fail_msg("%s: number %d of the %s is %llu, expected %llu", name, (int)i,
				end, (unsigned long long)seen[i], (unsigned long long)wanted[i]);
}

static void each_ending_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		struct first_closer *judge = first_closer_create();
		struct first_closer_counts counts;
		assert_non_null(judge);
		rows_see(judge, scenarios[i].rows, 32768);
		first_closer_finish(judge, &counts);
		first_closer_destroy(judge);
		ends_compare(scenarios[i].name, "server", &scenarios[i].server, &counts.at_server);
		ends_compare(scenarios[i].name, "client", &scenarios[i].client, &counts.at_client);
		if (counts.fins_crossed != scenarios[i].crossed)
			fail_msg("%s: crossed %d", scenarios[i].name, (int)counts.fins_crossed);
	}
}

static void times_add_up(void **state)
{
	static const uint64_t took_ms[] = {7, 400, 3, 1000};
	struct first_closer *judge = first_closer_create();
	struct first_closer_counts counts;
	assert_non_null(judge);
	for (size_t i = 0; i < sizeof(took_ms) / sizeof(took_ms[0]); i++) {
		const struct row rows[ROWS_MAX] = {
			BEGUN, CLIENT_FIN(10), SERVER_FIN_BEHIND(10 + took_ms[i])};
		rows_see(judge, rows, (uint16_t)(32768 + i));
	}
	first_closer_finish(judge, &counts);
	first_closer_destroy(judge);
	const struct ending_span *span = &counts.at_server.fin_behind_fin;
	assert_int_equal(span->count, 4);
	assert_int_equal(span->sum_ns, 1410 * MS);
	assert_int_equal(span->least_ns, 3 * MS);
	assert_int_equal(span->most_ns, 1000 * MS);
	assert_int_equal(span->late, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ending_is_told),
		cmocka_unit_test(times_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
