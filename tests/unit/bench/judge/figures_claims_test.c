/* Who closed first and who holds TIME_WAIT, at the bounds from which on a share is nearly all or
 * nearly none. */
#include "bench/judge/figures.h"

#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

/* Of 1000 connections. */
static void the_holder_is_who_has_nearly_all(void **state)
{
	static const struct {
		uint64_t server, client, server_skipped, client_skipped;
		const char *holder;
	} rows[] = {
		{950, 50, 0, 0, "server"},
		{949, 50, 0, 0, "mixed"},
		{950, 51, 0, 0, "mixed"},
		{50, 950, 0, 0, "client"},
		{51, 950, 0, 0, "mixed"},
		{50, 949, 0, 0, "mixed"},
		{950, 950, 0, 0, "both"},
		{949, 950, 0, 0, "mixed"},
		{50, 50, 0, 0, "none"},
		{51, 50, 0, 0, "mixed"},
		{50, 51, 0, 0, "mixed"},
		{100, 0, 850, 0, "server"},
		{0, 100, 0, 850, "client"},
		{100, 0, 0, 850, "mixed"},
		{900, 0, 49, 0, "mixed"},
		{0, 0, 1000, 0, "none"},
		{0, 0, 0, 1000, "none"},
		{1, 0, 999, 0, "server"},
		{0, 900, 0, 49, "mixed"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial = {.strategy = &strategy};
		trial.after.server.counters.passive_opens = 1000;
		trial.after.server.counters.tw = rows[i].server;
		trial.after.client.counters.tw = rows[i].client;
		trial.after.server.counters.tw_overflow = rows[i].server_skipped;
		trial.after.client.counters.tw_overflow = rows[i].client_skipped;
		struct figures f = figures_of(&trial);
		if (strcmp(f.holder, rows[i].holder) != 0)
			fail_msg("row %zu: %s, not %s", i, f.holder, rows[i].holder);
	}
}

static void the_first_closer_is_who_was_nearly_always(void **state)
{
	static const struct {
		uint64_t server, client, both;
		const char *first_closer;
	} rows[] = {
		{0, 0, 0, "unknown"},
		{95, 5, 0, "server"},
		{94, 5, 1, "mixed"},
		{94, 6, 0, "mixed"},
		{5, 95, 0, "client"},
		{6, 94, 0, "mixed"},
		{5, 0, 95, "both"},
		{6, 0, 94, "mixed"},
		{4, 4, 92, "mixed"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial = {.strategy = &strategy};
		trial.packet_tap.counts = (struct first_closer_counts){
			.connections = rows[i].server + rows[i].client + rows[i].both,
			.server = rows[i].server,
			.client = rows[i].client,
			.both = rows[i].both};
		struct figures f = figures_of(&trial);
		if (strcmp(f.first_closer, rows[i].first_closer) != 0)
			fail_msg("row %zu: %s, not %s", i, f.first_closer, rows[i].first_closer);
	}
}

static void why_the_first_closer_is_unknown(void **state)
{
	static const struct {
		uint64_t opened, closed, undecided, lost;
		const char *because;
	} rows[] = {
		{0, 0, 0, 0, "no connection was opened"},
		{1, 0, 1, 0, "no connection was closed before the trial ended"},
		{1, 0, 1, 1, "the packet tap lost segments"},
		{1, 0, 0, 0, "every connection began before the packet tap"},
		{2, 1, 1, 1, NULL},
		{1, 1, 0, 0, NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial = {.strategy = &strategy};
		trial.after.server.counters.passive_opens = rows[i].opened;
		trial.packet_tap.lost = rows[i].lost;
		trial.packet_tap.counts =
			(struct first_closer_counts){.connections = rows[i].closed,
				.client = rows[i].closed,
				.undecided = rows[i].undecided};
		struct figures f = figures_of(&trial);
		assert_int_equal(strcmp(f.first_closer, "unknown") == 0, rows[i].because != NULL);
		if (rows[i].because)
			assert_string_equal(f.first_closer_unknown, rows[i].because);
		else
			assert_null(f.first_closer_unknown);
	}
}

/* Of 1000 connections. */
static void the_claims_share_is_of_where_it_is_claimed(void **state)
{
	static const struct {
		enum td_who holder;
		uint64_t server, client;
		double share;
	} rows[] = {
		{TD_SERVER, 300, 200, 0.3}, {TD_CLIENT, 300, 200, 0.2}, {TD_BOTH, 300, 200, 0.2},
		{TD_BOTH, 100, 200, 0.1}, {TD_NONE, 300, 200, 0.7}, {TD_NONE, 300, 400, 0.6},
		{TD_NONE, 1100, 0, 0}, /* one connection may leave more than one */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct td_strategy own = {.holder = rows[i].holder};
		struct trial trial = {.strategy = &own};
		trial.after.server.counters.passive_opens = 1000;
		trial.after.server.counters.tw = rows[i].server;
		trial.after.client.counters.tw = rows[i].client;
		double share = figures_of(&trial).claim_share;
		if (!(fabs(share - rows[i].share) < 1e-12))
			fail_msg("row %zu: %g, not %g", i, share, rows[i].share);
	}
}

/* sock_diag's TIME_WAITs and the orphans in FIN_WAIT_2 that the kernel keeps as such; low to high
 * by sockstat. Another FIN_WAIT_2 is a whole socket, which sockstat does not count there. */
static void counts_that_overlap_agree(void **state)
{
	static const struct {
		uint64_t tw, fin_wait2, in_tw, low, high, disagreement;
	} rows[] = {
		{100, 10, 10, 110, 110, 0},
		{100, 10, 10, 100, 109, 1},
		{100, 10, 10, 111, 115, 1},
		{100, 10, 0, 100, 100, 0},
		{100, 10, 0, 110, 110, 10},
		{100, 10, 4, 90, 104, 0},
		{100, 10, 4, 90, 103, 1},
		{100, 0, 0, 100, 100, 0},
		{100, 0, 0, 103, 103, 3},
		{100, 0, 0, 96, 96, 4},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial = {.strategy = &strategy};
		struct sample_end *server = &trial.after.server;
		server->census.states[TCP_TIME_WAIT] = rows[i].tw;
		server->census.states[TCP_FIN_WAIT2] = rows[i].fin_wait2;
		server->census.fin_wait2_in_tw = rows[i].in_tw;
		server->sockstat_low = rows[i].low;
		server->sockstat_high = rows[i].high;
		struct figures f = figures_of(&trial);
		if (f.server.tw_disagreement != rows[i].disagreement)
			fail_msg("row %zu: %llu", i, (unsigned long long)f.server.tw_disagreement);
	}
}

/* Of 1000 connections that left TIME_WAIT to the server, by the counters; with resets it is open
 * whether as many of these were orphans in FIN_WAIT_2. */
static void a_holder_is_known_if_it_is_the_same_with_least_and_most(void **state)
{
	static const struct {
		uint64_t resets, judged, seen;
		const char *holder;
	} rows[] = {
		{0, 0, 0, "server"},
		{20, 0, 0, "server"},
		{50, 0, 0, "server"},
		{51, 0, 0, "unknown"},
		{100, 100, 94, "mixed"},
		{100, 100, 95, "server"},
		{100, 1000, 949, "mixed"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial = {.strategy = &strategy};
		trial.after.server.counters.passive_opens = 1000;
		trial.after.server.counters.tw = 1000;
		trial.after.server.counters.out_rsts = rows[i].resets;
		trial.packet_tap.counts.connections = rows[i].judged;
		trial.packet_tap.counts.at_server.time_wait = rows[i].seen;
		struct figures f = figures_of(&trial);
		if (strcmp(f.holder, rows[i].holder) != 0)
			fail_msg("row %zu: %s", i, f.holder);
		bool is_unknown = rows[i].resets > 0 && rows[i].judged == 0;
		assert_int_equal(isnan(f.server.tw_per_connection) != 0, is_unknown);
		assert_int_equal(isnan(f.claim_share) != 0, is_unknown);
	}
}

static void ends_have_names(void **state)
{
	assert_string_equal(figures_who(TD_NONE), "none");
	assert_string_equal(figures_who(TD_SERVER), "server");
	assert_string_equal(figures_who(TD_CLIENT), "client");
	assert_string_equal(figures_who(TD_BOTH), "both");
	assert_string_equal(figures_who((enum td_who)4), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_holder_is_who_has_nearly_all),
		cmocka_unit_test(the_first_closer_is_who_was_nearly_always),
		cmocka_unit_test(why_the_first_closer_is_unknown),
		cmocka_unit_test(the_claims_share_is_of_where_it_is_claimed),
		cmocka_unit_test(counts_that_overlap_agree),
		cmocka_unit_test(a_holder_is_known_if_it_is_the_same_with_least_and_most),
		cmocka_unit_test(ends_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
