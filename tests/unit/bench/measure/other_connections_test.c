/* What other connections have of the counters, as tables of segments. */
#include "bench/measure/other_connections.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { SYN = 1, FIN = 2, RST = 4, ACK = 8, METHOD = 16 };
enum { OPENER, ACCEPTOR };

/* Sequence numbers as they would be: the opener's SYN has 1000, the other's 5000; 100 bytes there
 * and 400 back. */
#define O_ISN 1000
#define O_DATA 1101
#define A_ISN 5000
#define A_DATA 5401

struct row {
	int by; /* OPENER or ACCEPTOR */
	int flags;
	uint32_t seq, ack, payload;
};

#define ROWS_MAX 12
#define HANDSHAKE                                                                                  \
	{OPENER, SYN, O_ISN}, {ACCEPTOR, SYN | ACK, A_ISN, O_ISN + 1},                             \
	{                                                                                          \
		OPENER, ACK, O_ISN + 1, A_ISN + 1                                                  \
	}
#define ROWS(...)                                                                                  \
	.rows = {__VA_ARGS__}, .count = sizeof((struct row[]){__VA_ARGS__}) / sizeof(struct row)

/* Over the server's loopback: what its end has in the end. Segments are counted from the rows. */
static const struct scenario {
	const char *name;
	struct other_end expected;
	struct row rows[ROWS_MAX];
	size_t count;
} scenarios[] = {
	{"the opener closes first",
		{.attempted = 1, .opened = 1, .accepted = 1, .time_wait = 1, .closed_by_opener = 1},
		ROWS(HANDSHAKE, {OPENER, FIN | ACK, O_DATA, A_DATA},
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 1},
			{OPENER, ACK, O_DATA + 1, A_DATA + 1})},
	{"the acceptor closes first",
		{.attempted = 1,
			.opened = 1,
			.accepted = 1,
			.time_wait = 1,
			.closed_by_acceptor = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, FIN | ACK, O_DATA, A_DATA + 1},
			{ACCEPTOR, ACK, A_DATA + 1, O_DATA + 1})},
	{"the FIN rides on data, and is acknowledged with it",
		{.attempted = 1,
			.opened = 1,
			.accepted = 1,
			.time_wait = 1,
			.closed_by_acceptor = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_DATA - 400, O_DATA, 400},
			{OPENER, FIN | ACK, O_DATA, A_DATA + 1})},
	{"the FINs cross",
		{.attempted = 1, .opened = 1, .accepted = 1, .time_wait = 2, .closed_by_both = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, FIN | ACK, O_DATA, A_DATA})},
	{"a FIN that is sent again is one",
		{.attempted = 1, .opened = 1, .accepted = 1, .time_wait = 1, .closed_by_opener = 1},
		ROWS(HANDSHAKE, {OPENER, FIN | ACK, O_DATA, A_DATA},
			{OPENER, FIN | ACK, O_DATA, A_DATA},
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 1},
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 1})},
	{"a RST without a FIN",
		{.attempted = 1, .opened = 1, .accepted = 1, .closed_by_reset = 1, .resets = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, RST | ACK, A_DATA, O_DATA})},
	{"a RST answers the FIN",
		{.attempted = 1,
			.opened = 1,
			.accepted = 1,
			.closed_by_acceptor = 1,
			.resets = 1,
			.fin_wait2_killed = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, RST | ACK, O_DATA, A_DATA + 1})},
	{"an orphan that data comes to resets, and is no TIME_WAIT",
		{.attempted = 1,
			.opened = 1,
			.accepted = 1,
			.closed_by_acceptor = 1,
			.resets = 1,
			.fin_wait2_killed = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, FIN | ACK, O_DATA, A_DATA + 1, 50},
			{ACCEPTOR, RST, A_DATA + 1, 0})},
	{"half closed", {.attempted = 1, .opened = 1, .accepted = 1, .still_open = 1},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, ACK, O_DATA, A_DATA + 1})},
	{"still open", {.attempted = 1, .opened = 1, .accepted = 1, .still_open = 1},
		ROWS(HANDSHAKE, {OPENER, ACK, O_ISN + 1, A_ISN + 1, 100})},
	{"refused, and the RST is seen first", {.attempted = 1, .refused = 1, .resets = 1},
		ROWS({ACCEPTOR, RST | ACK, 0, O_ISN + 1}, {OPENER, SYN, O_ISN})},
	{"a RST that answers another SYN is seen first",
		{.attempted = 1, .unanswered = 1, .resets = 1},
		ROWS({ACCEPTOR, RST | ACK, 0, O_ISN + 2}, {OPENER, SYN, O_ISN})},
	{"refused twice, and the second RST is seen first",
		{.attempted = 2, .refused = 2, .resets = 2},
		ROWS({OPENER, SYN, O_ISN}, {ACCEPTOR, RST | ACK, 0, O_ISN + 1},
			{ACCEPTOR, RST | ACK, 0, 900001}, {OPENER, SYN, 900000})},
	{"the SYN-ACK is seen first", {.attempted = 1, .opened = 1, .accepted = 1, .still_open = 1},
		ROWS({ACCEPTOR, SYN | ACK, A_ISN, O_ISN + 1}, {OPENER, SYN, O_ISN},
			{OPENER, ACK, O_ISN + 1, A_ISN + 1})},
	{"it meets an old connection",
		{.attempted = 1,
			.opened = 1,
			.accepted = 1,
			.still_open = 1,
			.syns_again = 1,
			.resets = 1},
		ROWS({OPENER, SYN, O_ISN}, {ACCEPTOR, ACK, 700, 600}, {OPENER, RST, 600},
			{OPENER, SYN, O_ISN}, {ACCEPTOR, SYN | ACK, A_ISN, O_ISN + 1},
			{OPENER, ACK, O_ISN + 1, A_ISN + 1})},
	{"answered, and given up", {.attempted = 1, .resets = 1},
		ROWS({OPENER, SYN, O_ISN}, {ACCEPTOR, SYN | ACK, A_ISN, O_ISN + 1},
			{OPENER, RST, O_ISN + 1})},
	{"refused", {.attempted = 1, .refused = 1, .resets = 1},
		ROWS({OPENER, SYN, O_ISN}, {ACCEPTOR, RST | ACK, 0, O_ISN + 1})},
	{"no answer, and a SYN again", {.attempted = 1, .unanswered = 1, .syns_again = 1},
		ROWS({OPENER, SYN, O_ISN}, {OPENER, SYN, O_ISN})},
	{"the SYN-ACK is sent again",
		{.attempted = 1, .opened = 1, .accepted = 1, .still_open = 1, .syns_again = 1},
		ROWS({OPENER, SYN, O_ISN}, {ACCEPTOR, SYN | ACK, A_ISN, O_ISN + 1},
			{ACCEPTOR, SYN | ACK, A_ISN, O_ISN + 1},
			{OPENER, ACK, O_ISN + 1, A_ISN + 1})},
	{"the port is used again",
		{.attempted = 2,
			.opened = 2,
			.accepted = 2,
			.time_wait = 1,
			.closed_by_opener = 1,
			.still_open = 1},
		ROWS(HANDSHAKE, {OPENER, FIN | ACK, O_DATA, A_DATA},
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 1}, {OPENER, SYN, 900000},
			{ACCEPTOR, SYN | ACK, 800000, 900001}, {OPENER, ACK, 900001, 800001})},
	{"one that began before", {.began_before = 1, .time_wait = 1},
		ROWS({OPENER, ACK, O_ISN + 1, A_ISN + 1, 100},
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, FIN | ACK, O_DATA, A_DATA + 1})},
	{"the last ACK of one that began before", {.attempted = 0},
		ROWS({OPENER, ACK, O_ISN + 1, A_ISN + 1})},
	{"sequence numbers wrap",
		{.attempted = 1, .opened = 1, .accepted = 1, .time_wait = 1, .closed_by_opener = 1},
		ROWS({OPENER, SYN, 0xffffffc0}, {ACCEPTOR, SYN | ACK, 0xffffff00, 0xffffffc1},
			{OPENER, ACK, 0xffffffc1, 0xffffff01},
			{OPENER, FIN | ACK, 0xffffffff, 0xfffffffe},
			{ACCEPTOR, FIN | ACK, 0xfffffffe, 0})},
};

static struct tcp_segment segment_of(
	const struct row *row, uint64_t at_ns, enum td_who opener, enum td_who acceptor)
{
	static const struct tcp_segment_end from = {{0x0100007f}, 40000, false},
					    to = {{0x0100007f}, 9000, false};
	bool by_opener = row->by == OPENER;
	return (struct tcp_segment){
		.at_ns = at_ns,
		.sender = by_opener ? opener : acceptor,
		.receiver = by_opener ? acceptor : opener,
		.from = by_opener ? from : to,
		.to = by_opener ? to : from,
		.seq = row->seq,
		.ack = row->ack,
		.payload = row->payload,
		.count = 1,
		.syn = row->flags & SYN,
		.fin = row->flags & FIN,
		.rst = row->flags & RST,
		.has_ack = row->flags & ACK,
		.begins_request = row->flags & METHOD,
	};
}

static struct other_ends judged(const struct row *rows, size_t count, uint64_t begin_at,
	uint64_t end_at, enum td_who opener, enum td_who acceptor)
{
	struct other_connections *others = other_connections_create();
	struct other_ends ends;
	assert_non_null(others);
	other_connections_begin(others, begin_at);
	other_connections_end(others, end_at);
	for (size_t i = 0; i < count; i++) {
		struct tcp_segment segment = segment_of(&rows[i], i, opener, acceptor);
		other_connections_see(others, &segment);
	}
	other_connections_finish(others, &ends);
	other_connections_destroy(others);
	return ends;
}

/* All but where they led. */
static void end_is(const char *name, struct other_end found, struct other_end expected)
{
	if (memcmp(&found, &expected, offsetof(struct other_end, to)) != 0 ||
		found.to_several != expected.to_several)
		fail_msg("%s: attempted %d, refused %d, unanswered %d, opened %d, accepted %d, "
			 "segments %d, resets %d, again "
			 "%d, TIME_WAIT %d, killed %d, closed by %d %d %d %d, open %d, before %d",
			name, (int)found.attempted, (int)found.refused, (int)found.unanswered,
			(int)found.opened, (int)found.accepted, (int)found.segments,
			(int)found.resets, (int)found.syns_again, (int)found.time_wait,
			(int)found.fin_wait2_killed, (int)found.closed_by_opener,
			(int)found.closed_by_acceptor, (int)found.closed_by_both,
			(int)found.closed_by_reset, (int)found.still_open, (int)found.began_before);
}

static void connections_are_judged(void **state)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct other_end expected = s->expected;
		expected.segments = s->count;
		struct other_ends ends =
			judged(s->rows, s->count, 0, UINT64_MAX, TD_SERVER, TD_SERVER);
		end_is(s->name, ends.server, expected);
		end_is(s->name, ends.client, (struct other_end){.attempted = 0});
	}
}

#define ONE_ANSWERED                                                                               \
	HANDSHAKE, {OPENER, ACK | METHOD, O_ISN + 1, A_ISN + 1, 100},                              \
	{                                                                                          \
		ACCEPTOR, ACK, A_ISN + 1, O_DATA, 400                                              \
	}
#define ASKED_AGAIN(acked)                                                                         \
	{                                                                                          \
		OPENER, ACK | METHOD, O_DATA, acked, 100                                           \
	}

static const struct race {
	const char *name;
	struct other_races expected;
	struct row rows[ROWS_MAX];
	size_t count;
} races[] = {
	{"behind the FIN", {.behind_fin = 1, .first_ns = 6},
		ROWS(ONE_ANSWERED, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA}, ASKED_AGAIN(A_DATA + 1),
			ASKED_AGAIN(A_DATA + 1), {ACCEPTOR, RST, A_DATA + 1})},
	{"across the FIN", {.crossed = 1, .first_ns = 6},
		ROWS(ONE_ANSWERED, ASKED_AGAIN(A_DATA), {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{ACCEPTOR, RST, A_DATA})},
	{"unread at close(2)", {.reset = 1, .first_ns = 6},
		ROWS(ONE_ANSWERED, ASKED_AGAIN(A_DATA),
			{ACCEPTOR, RST | ACK, A_DATA, O_DATA + 100})},
	{"read, and closed without an answer", {0},
		ROWS(ONE_ANSWERED, ASKED_AGAIN(A_DATA),
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 100})},
	{"the answer comes with the FIN", {0},
		ROWS(ONE_ANSWERED, ASKED_AGAIN(A_DATA),
			{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 100, 400})},
	{"an answer, then a reset", {0},
		ROWS(ONE_ANSWERED, ASKED_AGAIN(A_DATA), {ACCEPTOR, ACK, A_DATA, O_DATA + 100, 400},
			{ACCEPTOR, RST | ACK, A_DATA + 400, O_DATA + 100})},
	{"the rest of an upload behind the FIN", {0},
		ROWS(ONE_ANSWERED, {ACCEPTOR, FIN | ACK, A_DATA, O_DATA},
			{OPENER, ACK, O_DATA, A_DATA + 1, 100}, {ACCEPTOR, RST, A_DATA + 1})},
	{"the first request behind the FIN", {0},
		ROWS(HANDSHAKE, {ACCEPTOR, FIN | ACK, A_ISN + 1, O_ISN + 1},
			{OPENER, ACK | METHOD, O_ISN + 1, A_ISN + 2, 100},
			{ACCEPTOR, RST, A_ISN + 2})},
	{"the first request, unread", {0},
		ROWS(HANDSHAKE, {OPENER, ACK | METHOD, O_ISN + 1, A_ISN + 1, 100},
			{ACCEPTOR, RST | ACK, A_ISN + 1, O_DATA})},
	{"the opener resets", {0},
		ROWS(ONE_ANSWERED, ASKED_AGAIN(A_DATA), {OPENER, RST | ACK, O_DATA + 100, A_DATA})},
};

static void requests_that_meet_a_close_are_told(void **state)
{
	for (size_t i = 0; i < sizeof(races) / sizeof(races[0]); i++) {
		const struct race *r = &races[i];
		for (int at_client = 0; at_client < 2; at_client++) {
			enum td_who who = at_client ? TD_CLIENT : TD_SERVER;
			struct other_ends ends = judged(r->rows, r->count, 0, UINT64_MAX, who, who);
			struct other_races expected = r->expected;
			const struct other_races *found =
				at_client ? &ends.client.races : &ends.server.races;
			/* Which counter of the kernel has a RST is known of the server's alone. */
			if (at_client && expected.reset)
				expected = (struct other_races){0};
			if (memcmp(found, &expected, sizeof(expected)) != 0)
				fail_msg("%s: %d behind, %d crossed, %d reset, first at %d",
					r->name, (int)found->behind_fin, (int)found->crossed,
					(int)found->reset, (int)found->first_ns);
		}
	}
	/* One that began before the trial. */
	struct other_ends ends =
		judged(races[0].rows, races[0].count, 1, UINT64_MAX, TD_SERVER, TD_SERVER);
	assert_int_equal(ends.server.races.behind_fin, 0);
}

/* The client opens, and closes first, what the server accepts. */
static void each_end_has_its_own(void **state)
{
	const struct scenario *s = &scenarios[0];
	struct other_ends ends = judged(s->rows, s->count, 0, UINT64_MAX, TD_CLIENT, TD_SERVER);
	end_is("client", ends.client,
		(struct other_end){.attempted = 1,
			.opened = 1,
			.time_wait = 1,
			.closed_by_opener = 1,
			.segments = 4});
	end_is("server", ends.server, (struct other_end){.accepted = 1, .segments = 2});
	assert_int_equal(ends.client.to.port, 9000);
	assert_int_equal(ends.server.to.port, 0);
}

/* What lies before and behind the trial does not count, but is known. */
static void a_trial_has_a_beginning_and_an_end(void **state)
{
	const struct scenario *s = &scenarios[0];
	/* Its SYN was before, the rest is in it. */
	end_is("from 1 on", judged(s->rows, s->count, 1, UINT64_MAX, TD_SERVER, TD_SERVER).server,
		(struct other_end){
			.accepted = 1, .began_before = 1, .time_wait = 1, .segments = 5});
	end_is("from 3 on", judged(s->rows, s->count, 3, UINT64_MAX, TD_SERVER, TD_SERVER).server,
		(struct other_end){.began_before = 1, .time_wait = 1, .segments = 3});
	/* All but the last ACK was before: it was not used in it. */
	end_is("from 5 on", judged(s->rows, s->count, 5, UINT64_MAX, TD_SERVER, TD_SERVER).server,
		(struct other_end){.segments = 1});
	end_is("up to 4", judged(s->rows, s->count, 0, 4, TD_SERVER, TD_SERVER).server,
		(struct other_end){.attempted = 1,
			.opened = 1,
			.accepted = 1,
			.still_open = 1,
			.segments = 4});
}

static void connection_play(struct other_connections *others, const struct scenario *s,
	uint64_t begin_ns, uint16_t from, uint16_t to)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tcp_segment segment =
			segment_of(&s->rows[i], begin_ns + i, TD_SERVER, TD_SERVER);
		bool by_opener = s->rows[i].by == OPENER;
		(by_opener ? &segment.from : &segment.to)->port = from;
		(by_opener ? &segment.to : &segment.from)->port = to;
		other_connections_see(others, &segment);
	}
}

/* Of three places the second refuses two and leaves one SYN without an answer, the third refuses
 * two; the first has more connections than these. */
static void the_place_that_fails_most(void **state)
{
	static const struct row refused[] = {
		{OPENER, SYN, O_ISN}, {ACCEPTOR, RST | ACK, 0, O_ISN + 1}};
	const struct scenario ok = scenarios[0],
			      no = {.rows = {refused[0], refused[1]}, .count = 2},
			      none = {.rows = {refused[0]}, .count = 1};
	struct other_connections *others = other_connections_create();
	struct other_ends ends;
	for (uint16_t i = 0; i < 5; i++)
		connection_play(others, &ok, 10 * i, 40000 + i, 9000);
	connection_play(others, &no, 100, 41000, 9001);
	connection_play(others, &none, 110, 41001, 9001);
	connection_play(others, &no, 120, 41002, 9001);
	connection_play(others, &no, 130, 41003, 9002);
	connection_play(others, &no, 140, 41004, 9002);
	connection_play(others, &ok, 150, 41005, 9002);
	other_connections_finish(others, &ends);
	other_connections_destroy(others);
	const struct destination *most = &ends.server.failing;
	assert_int_equal(most->to.port, 9001);
	assert_int_equal(most->attempted, 3);
	assert_int_equal(most->refused, 2);
	assert_int_equal(most->unanswered, 1);
	assert_int_equal(most->opened, 0);
	assert_int_equal(ends.server.attempted, 11);
	assert_int_equal(ends.server.refused, 4);
	assert_int_equal(ends.server.unanswered, 1);
	assert_int_equal(ends.client.failing.to.port, 0);
}

static const struct scenario *scenario_of(const char *name)
{
	const struct scenario *s = scenarios;
	while (strcmp(s->name, name) != 0)
		s++;
	return s;
}

/* Four to 9001, of which two leave the server that opened them a TIME_WAIT; three to 9000, of which
 * one does, one is reset and one stays open. */
static void the_busiest_destination_is_known(void **state)
{
	struct other_connections *others = other_connections_create();
	struct other_ends ends;
	assert_non_null(others);
	connection_play(others, scenario_of("the opener closes first"), 100, 40000, 9000);
	connection_play(others, scenario_of("a RST without a FIN"), 200, 40002, 9000);
	connection_play(others, scenario_of("still open"), 300, 40004, 9000);
	connection_play(others, scenario_of("the opener closes first"), 400, 40000, 9001);
	connection_play(others, scenario_of("the FINs cross"), 500, 40002, 9001);
	connection_play(others, scenario_of("the acceptor closes first"), 600, 40003, 9001);
	connection_play(others,
		scenario_of("an orphan that data comes to resets, and is no TIME_WAIT"), 700, 40004,
		9001);
	other_connections_finish(others, &ends);
	other_connections_destroy(others);
	const struct destination *to = &ends.server.busiest;
	assert_int_equal(to->to.port, 9001);
	assert_int_equal(to->opened, 4);
	assert_int_equal(to->time_wait, 2);
	assert_int_equal(to->closed, 4);
	/* From the last of the handshake's three segments to the second FIN, 2 ns later. */
	assert_int_equal(to->open_ns, 4 * 2);
	assert_true(to->even && to->odd && !to->from_several);
	assert_int_equal(ends.client.busiest.to.port, 0);
}

/* A RST answers the FIN of the end that opened the connection: its orphan was no TIME_WAIT. */
static void what_was_no_time_wait_is_taken_off(void **state)
{
	static const struct row killed[] = {HANDSHAKE, {OPENER, FIN | ACK, O_DATA, A_DATA},
		{ACCEPTOR, FIN | ACK, A_DATA, O_DATA + 1, 50}, {OPENER, RST, O_DATA + 1, 0}};
	struct scenario s = {.count = sizeof(killed) / sizeof(killed[0])};
	memcpy(s.rows, killed, sizeof(killed));
	struct other_connections *others = other_connections_create();
	struct other_ends ends;
	assert_non_null(others);
	connection_play(others, &s, 0, 40000, 9000);
	connection_play(others, scenario_of("the opener closes first"), 100, 40002, 9000);
	other_connections_finish(others, &ends);
	other_connections_destroy(others);
	assert_int_equal(ends.server.time_wait, 1);
	assert_int_equal(ends.server.busiest.time_wait, 1);
	assert_int_equal(ends.server.busiest.opened, 2);
	assert_true(ends.server.busiest.even && !ends.server.busiest.odd);
}

/* Of more destinations than are told apart the first are; of more sources it is known. */
static void destinations_are_bounded(void **state)
{
	struct destinations all = {.count = 0};
	struct tcp_segment_end from = {{1}, 40001, false}, to = {{2}, 0, false};
	for (uint16_t i = 1; i <= DESTINATIONS_MAX; i++) {
		to.port = i;
		destination_open(destinations_find(&all, &from, &to), &from);
	}
	to.port = DESTINATIONS_MAX + 1;
	assert_null(destinations_find(&all, &from, &to));
	to.port = DESTINATIONS_MAX;
	struct destination *last = destinations_find(&all, &from, &to);
	assert_int_equal(last->opened, 1);
	assert_true(last->odd && !last->even && !last->from_several);
	from.address[0] = 3;
	destination_open(last, &from);
	assert_true(last->from_several);
	assert_int_equal(destinations_busiest(&all).to.port, 0);
	last->time_wait = 1;
	assert_int_equal(destinations_busiest(&all).to.port, DESTINATIONS_MAX);
}

/* A socket that is connected to itself: the kernel's ActiveOpens counts it, PassiveOpens does not.
 */
static void a_connection_to_itself_is_attempted(void **state)
{
	static const struct row rows[] = {{OPENER, SYN, O_ISN},
		{OPENER, SYN | ACK, O_ISN, O_ISN + 1}, {OPENER, ACK, O_ISN + 1, O_ISN + 1},
		{OPENER, FIN | ACK, O_ISN + 1, O_ISN + 1}};
	struct other_connections *others = other_connections_create();
	struct other_ends ends;
	assert_non_null(others);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tcp_segment segment = segment_of(&rows[i], i, TD_SERVER, TD_SERVER);
		segment.to = segment.from;
		other_connections_see(others, &segment);
	}
	other_connections_finish(others, &ends);
	other_connections_destroy(others);
	end_is("itself", ends.server, (struct other_end){.attempted = 1, .segments = 4});
}

/* More than the table may ever hold, an hour of them. */
static void many_connections_in_bounded_memory(void **state)
{
	const uint32_t total = 1000000;
	const uint64_t step_ns = 3600 * NS_PER_S / total;
	const struct scenario *s = &scenarios[1];
	struct other_connections *others = other_connections_create();
	struct other_ends ends;
	assert_non_null(others);
	for (uint32_t i = 0; i < total; i++)
		for (size_t at = 0; at < s->count; at++) {
			struct tcp_segment segment =
				segment_of(&s->rows[at], i * step_ns, TD_SERVER, TD_SERVER);
			bool by_opener = s->rows[at].by == OPENER;
			struct tcp_segment_end *opener = by_opener ? &segment.from : &segment.to;
			opener->address[i % 4] += i / 50000 << 8;
			opener->port = (uint16_t)(10000 + i % 50000);
			other_connections_see(others, &segment);
		}
	other_connections_finish(others, &ends);
	uint64_t half = other_connections_accepted_by(others, total / 2 * step_ns);
	assert_int_equal(other_connections_accepted_by(others, 2 * total * step_ns), total);
	assert_int_equal(other_connections_accepted_by(others, 0), 0);
	other_connections_destroy(others);
	assert_int_equal(ends.server.opened, total);
	assert_int_equal(ends.server.closed_by_acceptor, total);
	assert_int_equal(ends.server.time_wait, total);
	assert_int_equal(ends.server.still_open, 0);
	assert_int_equal(ends.forgotten, 0);
	/* A moment is 64 ms by then. */
	assert_in_range(half, total / 2 - 64 * NS_PER_MS / step_ns - 1, total / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_are_judged),
		cmocka_unit_test(requests_that_meet_a_close_are_told),
		cmocka_unit_test(each_end_has_its_own),
		cmocka_unit_test(the_place_that_fails_most),
		cmocka_unit_test(a_trial_has_a_beginning_and_an_end),
		cmocka_unit_test(a_connection_to_itself_is_attempted),
		cmocka_unit_test(the_busiest_destination_is_known),
		cmocka_unit_test(what_was_no_time_wait_is_taken_off),
		cmocka_unit_test(destinations_are_bounded),
		cmocka_unit_test(many_connections_in_bounded_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
