/* Figures of made-up trials. In the eventful one all numbers differ, so that none can stand for
 * another, and every figure was worked out by hand. */
#include "bench/judge/figures.h"

#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct td_strategy strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

static void close_to(double figure, double wanted, const char *what)
{
	if (!(fabs(figure - wanted) <= 1e-12 * fabs(wanted)))
		fail_msg("%s is %.17g, not %.17g", what, figure, wanted);
}
#define CLOSE_TO(figure, wanted) close_to(figure, wanted, #figure)

static uint64_t *counter_at(struct counters *counters, size_t row)
{
	return (uint64_t *)((char *)counters + counters_rows[row].offset);
}

/* Differences of 7, 10, 13, … at the server and of 11, 16, 21, … at the client. */
static void counters_make(struct trial *trial)
{
	for (size_t i = 0; i < counters_row_count; i++) {
		*counter_at(&trial->before.server.counters, i) = 1000 + i;
		*counter_at(&trial->after.server.counters, i) = 1000 + i + 7 + 3 * i;
		*counter_at(&trial->before.client.counters, i) = 5000 + i;
		*counter_at(&trial->after.client.counters, i) = 5000 + i + 11 + 5 * i;
	}
}

#define CAME(trial, end, counter, difference)                                                      \
	((trial)->after.end.counters.counter = (trial)->before.end.counters.counter + (difference))

static void kernel_make(struct trial *trial)
{
	counters_make(trial);
	CAME(trial, server, passive_opens, 400);
	CAME(trial, server, attempt_fails, 0);
	CAME(trial, client, active_opens, 415);
	CAME(trial, server, tw, 250);
	CAME(trial, server, tw_killed, 30);
	CAME(trial, server, tw_overflow, 5);
	CAME(trial, client, tw, 90);
	CAME(trial, client, tw_killed, 7);
	CAME(trial, client, tw_overflow, 2);
	CAME(trial, server, out_segs, 1700);
	CAME(trial, server, retrans_segs, 13);
	CAME(trial, client, out_segs, 1500);
	CAME(trial, client, retrans_segs, 19);
	CAME(trial, server, out_rsts, 8);
	CAME(trial, client, out_rsts, 21);
}

static void end_make(struct sample_end *end, uint64_t gauge_tw, uint64_t tw, uint64_t fin_wait2,
	uint64_t sockstat_low, uint64_t sockstat_high, uint64_t ports)
{
	end->counters.gauge_tw = gauge_tw;
	end->census.states[TCP_TIME_WAIT] = tw;
	end->census.states[TCP_FIN_WAIT2] = end->census.fin_wait2_in_tw = fin_wait2;
	end->census.ports_in_use = ports;
	end->sockstat_low = sockstat_low;
	end->sockstat_high = sockstat_high;
}

/* Two samples and the reading after the load. sockstat says too few of the server's TIME_WAITs and
 * orphans in FIN_WAIT_2, by 23, 14 and 16, and too many of the client's, by 3 and by 6. */
static void samples_make(struct trial *trial)
{
	static struct sample samples[2];
	memset(samples, 0, sizeof(samples));
	end_make(&samples[0].server, 40, 49, 14, 38, 40, 4001);
	end_make(&samples[1].server, 260, 259, 17, 261, 262, 4003);
	end_make(&trial->after.server, 255, 251, 12, 240, 247, 4002);
	end_make(&samples[0].client, 31, 30, 6, 39, 41, 1100);
	end_make(&samples[1].client, 77, 78, 4, 88, 89, 1000);
	end_make(&trial->after.client, 88, 86, 3, 85, 90, 900);
	for (uint64_t i = 0; i < SOCKET_STATES; i++) {
		samples[0].server.census.by_owner[i] = 400 + i;
		samples[1].server.census.by_owner[i] = 600 + i;
		/* Fewer than enough to leave a doubt about any orphan: see time_wait_made_test.c.
		 */
		trial->after.server.census.by_owner[i] = 95 - 10 * i;
		trial->after.client.census.by_owner[i] = 75 - 7 * i;
	}
	trial->samples = samples;
	trial->sample_count = 2;
}

static void eventful(struct trial *trial)
{
	*trial = (struct trial){
		.strategy = &strategy,
		.load = {.connections = 100},
		.client_addresses = 3,
		.port_low = 2000,
		.port_high = 2999,
		.window_ns = 2500000000,
		.server_cpu_ns = 26000000,
		.server_rss_before = 10000000,
		.server_rss_peak = 10960000,
		.packet_tap = {.counts = {.connections = 199,
				       .server = 190,
				       .client = 9,
				       .undecided = 1,
				       .at_server = {.time_wait = 130},
				       .at_client = {.time_wait = 45}}},
		.totals = {.attempted = 420,
			.window_completed = 300,
			.window_exchanges = 900,
			.connections_peak = 64,
			.cpu_ns = 33600000},
	};
	kernel_make(trial);
	samples_make(trial);
}

static void counters_are_differences(void **state)
{
	struct trial trial = {.strategy = &strategy};
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
	trial.after.server.counters.gauge_tw = 290;
	trial.after.server.census.states[TCP_FIN_WAIT2] = 18;
	trial.after.client.census.ports_in_use = 1200;
	struct figures f = figures_of(&trial);
	assert_int_equal(f.server.tw_peak, 273); /* 290 − 17 */
	assert_int_equal(f.server.fin_wait2_peak, 18);
	assert_int_equal(f.ports_peak, 1200);
}

static void wrk(struct trial *trial)
{
	eventful(trial);
	trial->load.is_third_party = trial->load.is_wrk = true;
	trial->third_party.kind = loader_kinds[0];
	trial->third_party.said.requests = 900;
	trial->third_party.said.requests_per_s = 351.5;
	trial->third_party.said.errors[LOADER_CONNECT] = 6;
	trial->third_party.said.errors[LOADER_READ] = 17;
	trial->totals = (struct load_totals){.cpu_ns = 33680000};
	CAME(trial, client, attempt_fails, 0);
}

static void a_third_partys_load_is_counted_by_the_kernel(void **state)
{
	struct trial trial;
	wrk(&trial);
	struct figures f = figures_of(&trial);
	assert_int_equal(f.opened, 400);
	assert_int_equal(f.attempted, 421); /* 415 + 6 */
	CLOSE_TO(f.rate_per_s, 160);
	CLOSE_TO(f.exchanges_per_s, 351.5);
	CLOSE_TO(f.exchanges, 900);
	CLOSE_TO(f.exchanges_per_connection, 2.25); /* 900 / 400 */
	CLOSE_TO(f.client_cpu_us, 80);
	CLOSE_TO(f.server_bytes_per_connection, 9600); /* by 100 that were asked for */
	CLOSE_TO(f.claim_share, 0.65);
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
			struct trial trial = {.strategy = &strategy};
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

/* A connect() that was refused is among those that the kernel began. */
static void a_refused_connect_is_counted_once(void **state)
{
	static const struct {
		uint64_t failed_in_the_kernel, attempted;
	} cases[] = {{0, 421}, {2, 419}, {6, 415}, {7, 415}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial trial;
		wrk(&trial);
		CAME(&trial, client, attempt_fails, cases[i].failed_in_the_kernel);
		assert_int_equal(figures_of(&trial).attempted, cases[i].attempted);
	}
}

/* h1load, say, tells how many, not how fast: in 2.5 s. */
static void a_rate_that_is_not_said_is_made_of_the_number(void **state)
{
	struct trial trial;
	wrk(&trial);
	trial.third_party.said.requests_per_s = NAN;
	CLOSE_TO(figures_of(&trial).exchanges_per_s, 360);
	trial.third_party.said.requests = NAN;
	struct figures f = figures_of(&trial);
	assert_true(isnan(f.exchanges_per_s) && isnan(f.exchanges) &&
		    isnan(f.exchanges_per_connection));
}

/* Everything is as it was before, but 400 connections were opened: each figure is known, and 0. */
static void nothing_else_happened(void **state)
{
	struct trial trial = {.strategy = &strategy,
		.window_ns = 1000000000,
		.server_rss_before = 10000000,
		.server_rss_peak = 10000000,
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
	struct trial trial = {.strategy = &strategy};
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
	struct trial trial = {.strategy = &strategy, .still_open = {.connections = 150}};
	CAME(&trial, server, passive_opens, 400);
	CAME(&trial, server, tw, 200);
	assert_int_equal(figures_of(&trial).unaccounted, 50);
	trial.still_open.connections = 201;
	assert_int_equal(figures_of(&trial).unaccounted, 0);
}

/* What cannot be negative is not: neither memory that fell, nor more ends than connections. */
static void nothing_is_below_zero(void **state)
{
	struct trial trial;
	eventful(&trial);
	trial.server_rss_peak = trial.server_rss_before - 1;
	trial.after.server.census.fin_wait2_in_tw = 281;
	CAME(&trial, client, out_rsts, 1000);
	struct figures f = figures_of(&trial);
	CLOSE_TO(f.server.tw_created, 0);
	assert_int_equal(f.unaccounted, 0);
	CLOSE_TO(f.server_bytes_per_connection, 0);
}

static void without_a_connection_nothing_is_known_of_one(void **state)
{
	struct trial trial;
	eventful(&trial);
	CAME(&trial, server, passive_opens, 0);
	struct figures f = figures_of(&trial);
	assert_int_equal(f.opened, 0);
	assert_true(isnan(f.server.tw_per_connection));
	assert_true(isnan(f.client.tw_per_connection));
	assert_true(isnan(f.segments_per_connection));
	assert_true(isnan(f.resets_per_connection));
	assert_true(isnan(f.server_cpu_us));
	assert_true(isnan(f.claim_share));
	assert_string_equal(f.holder, "unknown");
	/* These have other bases. */
	CLOSE_TO(f.client_cpu_us, 80);
	CLOSE_TO(f.rate_per_s, 120);
	CLOSE_TO(f.server_bytes_per_connection, 15000);
}

static void each_unknown_has_its_base(void **state)
{
	static const enum td_who holders[] = {TD_SERVER, TD_CLIENT, TD_BOTH, TD_NONE};
	struct trial trial;
	eventful(&trial);
	trial.totals.attempted = 0;
	assert_true(isnan(figures_of(&trial).client_cpu_us));
	assert_false(isnan(figures_of(&trial).server_cpu_us));
	trial.window_ns = 0;
	assert_true(isnan(figures_of(&trial).rate_per_s));
	assert_true(isnan(figures_of(&trial).exchanges_per_s));
	trial.totals.connections_peak = 0;
	assert_true(isnan(figures_of(&trial).server_bytes_per_connection));
	for (size_t i = 0; i < 4; i++) {
		struct td_strategy own = {.holder = holders[i]};
		trial.strategy = &own;
		assert_false(isnan(figures_of(&trial).claim_share));
		trial.server.is_third_party = true;
		assert_true(isnan(figures_of(&trial).claim_share));
		trial.server.is_third_party = false;
	}
}

static void memory_that_was_not_read_is_unknown(void **state)
{
	struct trial trial;
	eventful(&trial);
	trial.server_rss_before = 0;
	assert_true(isnan(figures_of(&trial).server_bytes_per_connection));
	eventful(&trial);
	trial.server_rss_peak = 0;
	assert_true(isnan(figures_of(&trial).server_bytes_per_connection));
}

/* wrk's figures could not be read, or the command is another. */
static void exchanges_of_a_mute_loader_are_unknown(void **state)
{
	struct trial trial;
	wrk(&trial);
	trial.third_party.kind = NULL;
	trial.third_party.said = (struct loader_said){.requests = 0};
	struct figures f = figures_of(&trial);
	assert_true(isnan(f.exchanges_per_s));
	assert_int_equal(f.attempted, 415);
	CLOSE_TO(f.rate_per_s, 160);
	trial.window_ns = 0;
	assert_true(isnan(figures_of(&trial).rate_per_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_are_differences),
		cmocka_unit_test(each_figure_of_an_eventful_trial),
		cmocka_unit_test(peaks_may_come_after_the_samples),
		cmocka_unit_test(a_third_partys_load_is_counted_by_the_kernel),
		cmocka_unit_test(what_never_came_to_accept_is_opened),
		cmocka_unit_test(a_refused_connect_is_counted_once),
		cmocka_unit_test(a_rate_that_is_not_said_is_made_of_the_number),
		cmocka_unit_test(nothing_else_happened),
		cmocka_unit_test(what_the_other_end_has_open_leaves_a_doubt),
		cmocka_unit_test(what_is_open_is_not_unaccounted),
		cmocka_unit_test(nothing_is_below_zero),
		cmocka_unit_test(without_a_connection_nothing_is_known_of_one),
		cmocka_unit_test(each_unknown_has_its_base),
		cmocka_unit_test(memory_that_was_not_read_is_unknown),
		cmocka_unit_test(exchanges_of_a_mute_loader_are_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
