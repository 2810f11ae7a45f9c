/* Figures of made-up trials. In the eventful one all numbers differ, so that none can stand for
 * another, and every figure was worked out by hand. */
#include "bench/judge/figures.h"

#include "eventful_trial.h"

#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void counters_are_differences(void **state)
{
	struct trial trial = {.strategy = &eventful_strategy};
	counters_make(&trial);
	struct figures f = figures_of(&trial);
	for (size_t i = 0; i < counters_row_count; i++) {
		assert_int_equal(*counter_at(&f.server.counters, i), 7 + 3 * i);
		assert_int_equal(*counter_at(&f.client.counters, i), 11 + 5 * i);
	}
}

static void each_figure_of_an_eventful_trial(void **state)
{
	struct trial trial;
	eventful(&trial);
	struct figures f = figures_of(&trial);
	assert_int_equal(f.opened, 400);
	assert_int_equal(f.attempted, 420);
	assert_int_equal(f.server.tw_peak, 259); /* the census's; sockstat's is 260 − 17 */
	assert_int_equal(f.server.tw_end, 251);
	CLOSE_TO(f.server.tw_created, 260);               /* 130 of 200 of 400 */
	assert_int_equal(f.server.tw_created_most, 268);  /* 250 + 30 − 12 */
	assert_int_equal(f.server.tw_created_least, 239); /* 268 − (8 + 21) */
	assert_string_equal(f.server.tw_created_by, "estimate");
	CLOSE_TO(f.server.tw_per_connection, 0.65);
	assert_int_equal(f.server.fin_wait2_peak, 17);
	assert_int_equal(f.server.fin_wait2_end, 12);
	assert_int_equal(f.server.tw_disagreement, 23); /* 49 + 14 − 40 */
	assert_int_equal(f.client.tw_peak, 86);         /* the census's; sockstat's is 88 − 6 */
	assert_int_equal(f.client.tw_end, 86);
	CLOSE_TO(f.client.tw_created, 90);
	assert_int_equal(f.client.tw_created_most, 94); /* 90 + 7 − 3 */
	assert_int_equal(f.client.tw_created_least, 65);
	CLOSE_TO(f.client.tw_per_connection, 0.225);
	assert_true(isnan(f.server.fin_wait2_unfinished));
	assert_int_equal(f.client.fin_wait2_peak, 6);
	assert_int_equal(f.client.fin_wait2_end, 3);
	assert_int_equal(f.client.tw_disagreement, 6); /* 88 − (78 + 4) */
	for (size_t i = 0; i < SOCKET_STATES; i++) {
		assert_int_equal(f.server.state_peak[i], 600 + i);
		assert_int_equal(f.server.state_end[i], 95 - 10 * i);
		assert_int_equal(f.client.state_peak[i], 75 - 7 * i);
		assert_int_equal(f.client.state_end[i], 75 - 7 * i);
	}
	assert_string_equal(f.holder, "mixed");
	assert_string_equal(f.first_closer, "server"); /* 190 of 199 */
	CLOSE_TO(f.claim_share, 0.65);
	assert_int_equal(f.ports_available, 3000);
	assert_int_equal(f.ports_peak, 1100);
	assert_int_equal(f.ports_end, 900);
	CLOSE_TO(f.rate_per_s, 120);
	CLOSE_TO(f.exchanges_per_s, 360);
	CLOSE_TO(f.segments_per_connection, 8.08); /* (1700 + 13 + 1500 + 19) / 400 */
	CLOSE_TO(f.resets_per_connection, 0.0725); /* (8 + 21) / 400 */
	CLOSE_TO(f.server_cpu_us, 65);
	CLOSE_TO(f.client_cpu_us, 80);
	CLOSE_TO(f.server_bytes_per_connection, 15000);
	assert_int_equal(f.unaccounted, 2); /* 400 − (268 + 94 + 5 + 2 + 8 + 21) */
}

static void peaks_may_come_after_the_samples(void **state)
{
	struct trial trial;
	eventful(&trial);
	trial.after.server.counters.gauge_tw = 276;
	trial.after.server.census.states[TCP_FIN_WAIT2] = 18;
	trial.after.client.census.ports_in_use = 1200;
	struct figures f = figures_of(&trial);
	assert_int_equal(f.server.tw_peak, 259); /* the census's */
	trial.after.server.counters.gauge_tw = 277;
	assert_int_equal(figures_of(&trial).server.tw_peak, 260); /* 277 − 17 */
	trial.after.server.counters.gauge_tw = 278;
	assert_int_equal(figures_of(&trial).server.tw_peak, 260); /* no more were made */
	assert_int_equal(f.server.fin_wait2_peak, 18);
	assert_int_equal(f.ports_peak, 1200);
}

/* What the client's end opened and the server's did not came to accept(2) only if nothing there
 * ended it or still waits. */
static void what_never_came_to_accept_is_opened(void **state)
{
	static const struct {
		uint64_t fails, waiting, deferred, overflows; /* of the server */
		uint64_t kept, reset;
		bool by_defer_accept;
	} rows[] = {
		{0, 0, 400, 0, 0, 0, false}, /* bare ACKs of connections that came */
		{3, 2, 405, 0, 5, 3, true},
		{3, 2, 5, 0, 5, 3, true},
		{3, 2, 4, 0, 5, 3, false},
		{3, 2, 5, 1, 5, 3, false},
		{9, 9, 400, 0, 10, 9, true}, /* the client's end opened 10 more, not 18 */
		{0, 2, 400, 0, 2, 0, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int is_third_party = 0; is_third_party < 2; is_third_party++) {
			struct trial trial = {.strategy = &eventful_strategy};
			trial.load.is_third_party = is_third_party;
			trial.totals.established = is_third_party ? 0 : 410;
			CAME(&trial, server, passive_opens, 400);
			CAME(&trial, client, active_opens, is_third_party ? 414 : 0);
			CAME(&trial, client, attempt_fails, is_third_party ? 4 : 0);
			CAME(&trial, server, attempt_fails, rows[i].fails);
			CAME(&trial, server, deferred_drop, rows[i].deferred);
			CAME(&trial, server, listen_overflows, rows[i].overflows);
			trial.after.server.census.states[TCP_SYN_RECV] = rows[i].waiting;
			struct figures f = figures_of(&trial);
			assert_int_equal(f.kept_from_accept, rows[i].kept);
			assert_int_equal(f.reset_before_accept, rows[i].reset);
			assert_int_equal(f.kept_by_defer_accept, rows[i].by_defer_accept);
			assert_int_equal(f.opened, 400 + rows[i].kept);
		}
}

/* 25 wait at a look, 400 are opened in 2 s. */
static void connections_wait_to_be_accepted(void **state)
{
	struct trial trial;
	eventful(&trial);
	CAME(&trial, server, passive_opens, 400);
	trial.server_end.accept_watch = (struct accept_watch_report){.load_looks = 10,
		.load_waiting = 250,
		.load_over_ns = trial.started_ns + 2000000000};
	CLOSE_TO(figures_of(&trial).accept_wait_ms, 125);
	trial.server_end.accept_watch.load_looks = 9;
	assert_true(isnan(figures_of(&trial).accept_wait_ms));
	trial.server_end.accept_watch.load_looks = 10;
	CAME(&trial, server, passive_opens, 0);
	assert_true(isnan(figures_of(&trial).accept_wait_ms));
}

/* Everything is as it was before, but 400 connections were opened: each figure is known, and 0. */
static void nothing_else_happened(void **state)
{
	struct trial trial = {.strategy = &eventful_strategy,
		.window_ns = 1000000000,
		.server_end.rss_before = 10000000,
		.server_end.rss_peak = 10000000,
		.totals = {.attempted = 400, .connections_peak = 8}};
	CAME(&trial, server, passive_opens, 400);
	struct figures f = figures_of(&trial);
	const double zeroes[] = {f.server.tw_per_connection, f.client.tw_per_connection,
		f.claim_share, f.rate_per_s, f.exchanges_per_s, f.segments_per_connection,
		f.resets_per_connection, f.server_cpu_us, f.client_cpu_us,
		f.server_bytes_per_connection};
	for (size_t i = 0; i < sizeof(zeroes) / sizeof(zeroes[0]); i++)
		if (zeroes[i] != 0)
			fail_msg("figure %zu is %g, not 0", i, zeroes[i]);
	CLOSE_TO(f.server.tw_created, 0);
	CLOSE_TO(f.client.tw_created, 0);
	CLOSE_TO(f.server.fin_wait2_unfinished, 0);
	const uint64_t counts[] = {f.server.tw_peak, f.server.tw_end, f.server.fin_wait2_peak,
		f.server.fin_wait2_end, f.server.tw_disagreement, f.client.tw_peak, f.client.tw_end,
		f.client.fin_wait2_peak, f.client.fin_wait2_end, f.client.tw_disagreement,
		f.ports_peak, f.ports_end};
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		assert_int_equal(counts[i], 0);
	assert_string_equal(f.holder, "none");
	assert_string_equal(f.first_closer, "unknown");
	assert_int_equal(f.unaccounted, 400);
}

/* Of 50 orphans at the server that the kernel counted, 20 wait for the client, which has 33 sockets
 * that could close still: 13 of the orphans may have expired. */
static void what_the_other_end_has_open_leaves_a_doubt(void **state)
{
	struct trial trial = {.strategy = &eventful_strategy};
	CAME(&trial, server, passive_opens, 400);
	CAME(&trial, server, tw, 50);
	trial.after.server.census.fin_wait2_in_tw = 20;
	trial.after.server.census.by_owner[SOCKET_FIN_WAIT_2_ORPHANED] = 20;
	trial.after.client.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 30;
	trial.after.client.census.by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED] = 2;
	trial.after.client.census.by_owner[SOCKET_LAST_ACK] = 1;
	struct figures f = figures_of(&trial);
	assert_int_equal(f.server.tw_created_most, 30);
	assert_int_equal(f.server.tw_created_least, 17);
	assert_string_equal(f.server.tw_created_by, "nothing");
	assert_true(isnan(f.server.tw_created));
	assert_int_equal(f.unaccounted, 370);
	trial.packet_tap.counts = (struct first_closer_counts){
		.connections = 399, .undecided = 1, .at_server = {.time_wait = 20}};
	f = figures_of(&trial);
	assert_string_equal(f.server.tw_created_by, "packets");
	CLOSE_TO(f.server.tw_created, 20);
	CLOSE_TO(f.server.fin_wait2_unfinished, 10);
	CLOSE_TO(f.server.fin_wait2_expired, 10);
	CLOSE_TO(f.server.fin_wait2_killed, 0);
	CLOSE_TO(f.client.tw_created, 0);
	assert_int_equal(f.unaccounted, 380);
	trial.packet_tap.lost = 1;
	assert_string_equal(figures_of(&trial).server.tw_created_by, "estimate");
}

/* What is still open has not ended. */
static void what_is_open_is_not_unaccounted(void **state)
{
	struct trial trial = {.strategy = &eventful_strategy, .still_open = {.connections = 150}};
	CAME(&trial, server, passive_opens, 400);
	CAME(&trial, server, tw, 200);
	assert_int_equal(figures_of(&trial).unaccounted, 50);
	trial.still_open.connections = 201;
	assert_int_equal(figures_of(&trial).unaccounted, 0);
}

/* Of others: 8 waited in FIN_WAIT_2 before the trial, and 11 do at its end. The kernel counted 3 of
 * them with the load's 400. */
static void what_waited_before_the_trial_was_counted_before(void **state)
{
	struct trial trial = {.strategy = &eventful_strategy};
	CAME(&trial, server, passive_opens, 400);
	CAME(&trial, server, tw, 403);
	trial.before.server.others.fin_wait2_in_tw = 8;
	trial.after.server.others.fin_wait2_in_tw = 11;
	struct figures f = figures_of(&trial);
	CLOSE_TO(f.server.tw_created, 400);
	assert_int_equal(f.unaccounted, 0);
	trial.before.server.others.fin_wait2_in_tw = 12;
	assert_int_equal(figures_of(&trial).server.load.tw, 403);
}

/* What cannot be negative is not: neither memory that fell, nor more ends than connections. */
static void nothing_is_below_zero(void **state)
{
	struct trial trial;
	eventful(&trial);
	trial.server_end.rss_peak = trial.server_end.rss_before - 1;
	trial.after.server.census.fin_wait2_in_tw = 281;
	CAME(&trial, client, out_rsts, 1000);
	struct figures f = figures_of(&trial);
	CLOSE_TO(f.server.tw_created, 0);
	assert_int_equal(f.unaccounted, 0);
	CLOSE_TO(f.server_bytes_per_connection, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_are_differences),
		cmocka_unit_test(each_figure_of_an_eventful_trial),
		cmocka_unit_test(peaks_may_come_after_the_samples),
		cmocka_unit_test(what_never_came_to_accept_is_opened),
		cmocka_unit_test(connections_wait_to_be_accepted),
		cmocka_unit_test(nothing_else_happened),
		cmocka_unit_test(what_the_other_end_has_open_leaves_a_doubt),
		cmocka_unit_test(what_is_open_is_not_unaccounted),
		cmocka_unit_test(what_waited_before_the_trial_was_counted_before),
		cmocka_unit_test(nothing_is_below_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
