/* At which rate of a ramp what broke: made-up counts, whose answers are worked out by hand. The
 * ramp is 100 to 2,100 a second over 20 s, so its parts are a second each, and part N begins at 100
 * (N + 1) a second. */
#include "bench/judge/ramp_figures.h"

#include "common/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define START_NS (7 * NS_PER_S)

static struct trial trial;

/* All parts have 200 responses of 300 us, and nothing met. */
static void begin(void)
{
	memset(&trial, 0, sizeof(trial));
	trial.started_ns = START_NS;
	trial.load.ramp = (struct ramp){100, 2100, 20 * NS_PER_S};
	for (size_t i = 0; i < RAMP_STEPS; i++) {
		struct ramp_step *step = &trial.totals.ramp.steps[i];
		step->due = step->completed = 200;
		step->total_bins[ramp_bin(300 * NS_PER_US)] = 200;
	}
}

/* Of the part's 200 responses so many take `ns`. */
static void slow(size_t step, uint64_t count, uint64_t ns)
{
	uint64_t *bins = trial.totals.ramp.steps[step].total_bins;
	bins[ramp_bin(300 * NS_PER_US)] -= count;
	bins[ramp_bin(ns)] += count;
}

static void held(double rate_per_s, const char *what)
{
	struct ramp_breaks breaks = ramp_breaks_of(&trial);
	assert_float_equal(ramp_figures_of(&trial).held_per_s, rate_per_s, 1e-6);
	assert_int_equal(breaks.count, what ? 1 : 0);
	if (what)
		assert_string_equal(breaks.list[0].what, what);
}

static void nothing_breaks(void **state)
{
	begin();
	held(2100, NULL);
	assert_false(isnan(ramp_figures_of(&trial).held_per_s));
	trial.load.ramp = (struct ramp){0};
	assert_true(isnan(ramp_figures_of(&trial).held_per_s));
}

/* The rate at which the connection was due, and all that met it. */
static void the_first_of_each(void **state)
{
	begin();
	struct ramp_count *count = &trial.totals.ramp;
	count->first_ns[RAMP_RESET] = START_NS + 9 * NS_PER_S;
	count->steps[9].met[RAMP_RESET] = 3;
	count->first_ns[RAMP_NO_PORT] = START_NS + 5500 * NS_PER_MS;
	count->steps[5].met[RAMP_NO_PORT] = 40;
	count->steps[6].met[RAMP_NO_PORT] = 2;
	struct ramp_breaks breaks = ramp_breaks_of(&trial);
	assert_int_equal(breaks.count, 2);
	assert_string_equal(breaks.list[0].what, "no-port");
	assert_float_equal(breaks.list[0].t_s, 5.5, 1e-9);
	assert_float_equal(breaks.list[0].rate_per_s, 650, 1e-6);
	assert_int_equal(breaks.list[0].connections, 42);
	assert_string_equal(breaks.list[1].what, "reset");
	assert_float_equal(breaks.list[1].rate_per_s, 1000, 1e-6);
	assert_float_equal(ramp_figures_of(&trial).held_per_s, 650, 1e-6);
}

/* Three parts to the end, more than five times the first one's 300 us (bins of 9 %), and a
 * millisecond. */
static void latency_leaves_for_good(void **state)
{
	begin();
	for (size_t i = 17; i < RAMP_STEPS; i++)
		slow(i, 3, 2 * NS_PER_MS);
	held(1800, "latency");
	/* One in a hundred is not the p99. */
	begin();
	for (size_t i = 17; i < RAMP_STEPS; i++)
		slow(i, 2, 2 * NS_PER_MS);
	held(2100, NULL);
	/* Two parts may be the machine's pause. */
	begin();
	for (size_t i = 18; i < RAMP_STEPS; i++)
		slow(i, 3, 2 * NS_PER_MS);
	held(2100, NULL);
	/* It came back. */
	begin();
	for (size_t i = 5; i < RAMP_STEPS - 1; i++)
		slow(i, 3, 2 * NS_PER_MS);
	held(2100, NULL);
	/* Less than five times. */
	begin();
	for (size_t i = 5; i < RAMP_STEPS; i++)
		slow(i, 3, 1300 * NS_PER_US);
	held(2100, NULL);
}

/* A p99 of 100 us that becomes 800 is nothing that a schedule keeps. */
static void a_millisecond_at_least(void **state)
{
	begin();
	slow(0, 200, 100 * NS_PER_US);
	for (size_t i = 5; i < RAMP_STEPS; i++)
		slow(i, 3, 800 * NS_PER_US);
	held(2100, NULL);
}

/* Parts of a few responses are neither: here the first ones are taken together, and those behind
 * the last port have none. */
static void few_responses_tell_nothing(void **state)
{
	begin();
	for (size_t i = 0; i < 4; i++)
		trial.totals.ramp.steps[i].total_bins[ramp_bin(300 * NS_PER_US)] = 30;
	for (size_t i = 8; i < RAMP_STEPS; i++)
		slow(i, 3, 9 * NS_PER_MS);
	memset(trial.totals.ramp.steps[15].total_bins, 0,
		sizeof(trial.totals.ramp.steps[15].total_bins));
	assert_int_equal(ramp_step_p99_ns(&trial.totals.ramp.steps[15]), 0);
	held(900, "latency");
}

/* Late though connections were free: the loader's, told apart, once it lasts to the end. */
static void the_loader_falls_behind(void **state)
{
	begin();
	for (size_t i = 18; i < RAMP_STEPS; i++)
		trial.totals.ramp.steps[i].met[RAMP_LATE] = 11;
	trial.totals.ramp.first_ns[RAMP_LATE] = START_NS + 1;
	held(1900, "loader-late");
	assert_true(ramp_breaks_of(&trial).list[0].is_of_loader);
	assert_int_equal(ramp_breaks_of(&trial).list[0].connections, 22);
	/* Latency that leaves with it is the loader's, too. */
	for (size_t i = 17; i < RAMP_STEPS; i++)
		slow(i, 3, 2 * NS_PER_MS);
	trial.totals.ramp.steps[17].met[RAMP_LATE] = 11;
	assert_string_equal(ramp_breaks_of(&trial).list[0].what, "loader-late");
	assert_string_equal(ramp_breaks_of(&trial).list[1].what, "latency");
	/* Where ports ran out before, it is late for that; where they did later, it was before. */
	begin();
	for (size_t i = 16; i < RAMP_STEPS; i++)
		trial.totals.ramp.steps[i].met[RAMP_LATE] = 11;
	trial.totals.ramp.first_ns[RAMP_NO_PORT] = START_NS + 17500 * NS_PER_MS;
	held(1850, "no-port");
	trial.totals.ramp.first_ns[RAMP_NO_PORT] = START_NS + 18500 * NS_PER_MS;
	assert_string_equal(ramp_breaks_of(&trial).list[0].what, "loader-late");
	assert_int_equal(ramp_breaks_of(&trial).count, 2);
	/* A busy machine's: one pause, or ten of two hundred. */
	begin();
	trial.totals.ramp.steps[3].met[RAMP_LATE] = 100;
	trial.totals.ramp.steps[19].met[RAMP_LATE] = 100;
	for (size_t i = 4; i < RAMP_STEPS - 1; i++)
		trial.totals.ramp.steps[i].met[RAMP_LATE] = 10;
	trial.totals.ramp.first_ns[RAMP_LATE] = START_NS + 1;
	held(2100, NULL);
	/* All in use is not the loader's, and at once. */
	begin();
	trial.totals.ramp.steps[3].met[RAMP_STARVED] = 1;
	trial.totals.ramp.first_ns[RAMP_STARVED] = START_NS + 3 * NS_PER_S;
	held(400, "all-in-use");
	assert_false(ramp_breaks_of(&trial).list[0].is_of_loader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_breaks),
		cmocka_unit_test(the_first_of_each),
		cmocka_unit_test(latency_leaves_for_good),
		cmocka_unit_test(a_millisecond_at_least),
		cmocka_unit_test(few_responses_tell_nothing),
		cmocka_unit_test(the_loader_falls_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
