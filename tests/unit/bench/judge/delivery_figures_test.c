/* What the clients were delivered: worked by hand, each connection in one place; and what the
 * server held, which depends on when one looks. */
#include "bench/judge/delivery.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool is(double value, double wanted)
{
	return fabs(value - wanted) <= 1e-12;
}

/* 3 of the 9 that timed out had got everything, and 2 were in the middle of a response. */
static void each_connection_is_in_one_place(void **state)
{
	struct trial trial = {
		.totals = {.attempted = 100,
			.unclosed = 3,
			.part_answered = 2,
			.truncated = {[RESPONSE_BY_LENGTH] = 5, [RESPONSE_CHUNKED] = 6},
			.outcomes = {[OUTCOME_COMPLETED] = 60,
				[OUTCOME_SHORT] = 10,
				[OUTCOME_RESET] = 20,
				[OUTCOME_TIMED_OUT] = 9,
				[OUTCOME_CONNECT_ERROR] = 1}}};
	struct delivery_figures delivery = delivery_figures_of(&trial);
	assert_true(is(delivery.delivered, 63));
	assert_true(is(delivery.truncated, 13));
	assert_true(is(delivery.lost, 24));
}

static void it_is_not_known_of_other_loaders(void **state)
{
	struct trial trial = {.load.is_third_party = true,
		.totals = {.attempted = 1, .outcomes = {[OUTCOME_COMPLETED] = 1}}};
	struct delivery_figures delivery = delivery_figures_of(&trial);
	assert_true(isnan(delivery.delivered) && isnan(delivery.truncated));
	assert_true(isnan(delivery.lost) && isnan(delivery.held));
}

static struct diag_census census_of(uint64_t established, uint64_t fin_wait_1, uint64_t orphaned)
{
	struct diag_census census = {0};
	census.by_owner[SOCKET_ESTABLISHED] = established;
	census.by_owner[SOCKET_FIN_WAIT_1] = fin_wait_1;
	census.by_owner[SOCKET_ORPHANED] = orphaned;
	census.by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED] = 50;
	return census;
}

static void orphans_and_what_was_not_accepted_hold_no_descriptor(void **state)
{
	struct diag_census census = census_of(4, 3, 2);
	assert_int_equal(delivery_held(&census), 5);
	census = census_of(0, 2, 3);
	assert_int_equal(delivery_held(&census), 0);
}

/* Samples at 1, 2 and 4 s of a load that ends after 3 s; 9 are left after all. */
static double held(uint64_t staying, bool is_fresh)
{
	struct sample samples[3] = {
		{.at_ns = 1000000001,
			.server.census = census_of(7, 0, 0),
			.census_fresh = is_fresh},
		{.at_ns = 2000000000,
			.server.census = census_of(5, 0, 0),
			.census_fresh = is_fresh},
		{.at_ns = 4000000000, .server.census = census_of(1, 0, 0), .census_fresh = true},
	};
	struct trial trial = {.started_ns = 1000000000,
		.load.duration_ns = 2000000000,
		.clients = {{.held = staying}},
		.client_count = 1,
		.samples = samples,
		.sample_count = 3,
		.after.server.census = census_of(9, 0, 0),
		.totals = {.attempted = 1, .outcomes = {[OUTCOME_COMPLETED] = 1}}};
	return delivery_figures_of(&trial).held;
}

static void who_stays_is_looked_at_before_the_end(void **state)
{
	assert_true(is(held(4, true), 5));
	assert_true(is(held(0, true), 9) && is(held(0, false), 9));
	assert_true(isnan(held(4, false)));
}

/* The client's RST took 6 sockets out of the census, unless it was the server's that was lost. */
static double held_unclosed(uint64_t frames_lost)
{
	struct trial trial = {.after.server.census = census_of(1, 0, 0),
		.wire.counts[RELAY_SERVER].lost = frames_lost,
		.totals = {.attempted = 8,
			.unclosed = 6,
			.outcomes = {[OUTCOME_COMPLETED] = 2, [OUTCOME_TIMED_OUT] = 6}}};
	return delivery_figures_of(&trial).held;
}

static void what_the_server_did_not_close_is_held(void **state)
{
	assert_true(is(held_unclosed(0), 7) && is(held_unclosed(5), 7));
	assert_true(is(held_unclosed(6), 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_connection_is_in_one_place),
		cmocka_unit_test(it_is_not_known_of_other_loaders),
		cmocka_unit_test(orphans_and_what_was_not_accepted_hold_no_descriptor),
		cmocka_unit_test(who_stays_is_looked_at_before_the_end),
		cmocka_unit_test(what_the_server_did_not_close_is_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
