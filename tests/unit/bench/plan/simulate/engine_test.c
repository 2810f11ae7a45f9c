/* Both engines against answers from outside: Erlang's loss formula, Little's law, and what was
 * measured on Linux 6.18. */
#include "bench/plan/simulate/engine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define TICK_S 2.048

static struct simulation_tally found, again;
static struct simulation simulation;

static int go_on(void *argument, uint64_t units_played)
{
	(void)argument;
	(void)units_played;
	return 0;
}

static const struct engine_watch no_watch = {.look = go_on};

static void play(const struct simulation_input *input, const struct machine *machine,
	struct simulation_tally *tally)
{
	struct error error = {0};
	if (simulation_init(&simulation, input, &error) == -1)
		fail_msg("%s", error.text);
	int64_t played = engine_run(&simulation, machine, &no_watch, tally);
	assert_int_equal(played, simulation.units);
	assert_int_equal(tally->pairs, input->sources * input->destinations);
}

static void assert_near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g is not %.9g within %.3g", value, expected, within);
}

static double erlang_b(double offered, unsigned ports)
{
	double loss = 1;
	for (unsigned i = 1; i <= ports; i++)
		loss = offered * loss / (i + offered * loss);
	return loss;
}

static double refused_share(const struct simulation_tally *tally, uint32_t from)
{
	uint64_t attempted = 0, refused = 0;
	for (uint32_t i = from; i < SIMULATION_SLOTS; i++) {
		attempted += tally->slot[i].attempted;
		refused += tally->slot[i].refused;
	}
	return (double)refused / (double)attempted;
}

/* The loss of Poisson arrivals depends on the mean of the lifetime alone. */
static void test_erlang(void **state)
{
	static const struct machine *const machines[] = {&machine_counter, &machine_exact};
	struct simulation_input input = {.sources = 400,
		.destinations = 1,
		.seed = 1,
		.ports = 200,
		.threads = 2,
		.rate_per_s = 400 * 200,
		.seconds = 40,
		.arrivals = SIMULATION_POISSON,
		.lifetime_s = 1,
		.pareto_shape = 3};
	double expected = erlang_b(200, 200);
	for (size_t i = 0; i < 2; i++)
		for (int kind = LIFETIMES_FIXED; kind <= LIFETIMES_PARETO; kind++) {
			input.lifetimes = (enum simulation_lifetimes)kind;
			play(&input, machines[i], &found);
			assert_near(refused_share(&found, 15), expected, 0.03 * expected);
			/* What is refused was refused by a pair that held all, and no more. */
			assert_int_equal(simulation_tally_total(&found).held_most, 200);
			assert_int_equal(found.pairs_refused, 400);
			assert_int_equal(
				simulation_tally_quantile(&found, found.peaks, 200, 0.01), 200);
		}
}

/* Without a limit, ports held are rate x time, for any lifetime. */
static void test_little(void **state)
{
	static const struct machine *const machines[] = {&machine_counter, &machine_exact};
	struct simulation_input input = {.sources = 20,
		.destinations = 1,
		.seed = 2,
		.ports = 60000,
		.threads = 2,
		.rate_per_s = 20 * 20,
		.seconds = 1200,
		.arrivals = SIMULATION_POISSON,
		.lifetimes = LIFETIMES_PARETO,
		.lifetime_s = 1.5,
		.pareto_shape = 3,
		.hold_s = 60,
		.tick_s = TICK_S};
	for (size_t i = 0; i < 2; i++) {
		play(&input, machines[i], &found);
		/* A hold of 60 s ends at the next tick: after 61.024 s on average. */
		assert_near(simulation_tally_held_mean(&found, &simulation, 30, 30),
			20 * (1.5 + 61.024), 0.005 * 20 * 62.5);
	}
}

/* 2,000 ports at 32 and at 33 connections/s for 140 s, as measured: none and 96 refused; 1,986
 * held. When in the tick the first one came is not known, so a few more or less are the same. */
static void test_measured(void **state)
{
	static const struct machine *const machines[] = {&machine_counter, &machine_exact};
	struct simulation_input input = {.sources = 100,
		.destinations = 1,
		.ports = 2000,
		.seconds = 140,
		.arrivals = SIMULATION_FIXED,
		.hold_s = 60,
		.tick_s = TICK_S};
	for (size_t i = 0; i < 2; i++) {
		input.rate_per_s = 100 * 32.0;
		play(&input, machines[i], &found);
		struct simulation_tally_slot total = simulation_tally_total(&found);
		assert_int_equal(total.refused, 0);
		assert_in_range(total.held_most, 1982, 1990);
		input.rate_per_s = 100 * 33.0;
		play(&input, machines[i], &found);
		total = simulation_tally_total(&found);
		assert_near((double)total.refused / 100, 96, 5);
		assert_int_equal(total.held_most, 2000);
		assert_near(found.first_refused_s, 2000 / 33.0, 0.5);
	}
}

static void test_threads(void **state)
{
	static const struct machine *const machines[] = {&machine_counter, &machine_exact};
	struct simulation_input input = {.sources = 50,
		.destinations = 2,
		.zipf = 1,
		.seed = 3,
		.ports = 100,
		.threads = 1,
		.rate_per_s = 100 * 110,
		.seconds = 5,
		.arrivals = SIMULATION_BURSTS,
		.burst = 3,
		.lifetimes = LIFETIMES_EXPONENTIAL,
		.lifetime_s = 1,
		.retries = 2,
		.retry_after_s = 0.5,
		.is_jittered = true};
	for (size_t i = 0; i < 2; i++) {
		input.seed = 3;
		input.threads = 1;
		play(&input, machines[i], &found);
		input.threads = 5;
		play(&input, machines[i], &again);
		assert_memory_equal(&found, &again, sizeof(found));
		input.seed = 4;
		play(&input, machines[i], &again);
		assert_memory_not_equal(&found, &again, sizeof(found));
	}
}

/* Of four destinations the first gets 12/25 of all, and each source the same of that. */
static void test_zipf(void **state)
{
	struct simulation_input input = {.sources = 5,
		.destinations = 4,
		.zipf = 1,
		.ports = 1000,
		.rate_per_s = 250,
		.seconds = 60,
		.lifetime_s = 1};
	struct error error = {0};
	assert_int_equal(simulation_init(&simulation, &input, &error), 0);
	assert_near(simulation_rate_of_rank(&simulation, 0), 24, 1e-9);
	assert_near(simulation_rate_of_rank(&simulation, 3), 6, 1e-9);
	assert_int_equal(simulation_rank(&simulation, 4, 0), 0);
	assert_int_equal(simulation_rank(&simulation, 15, 0), 3);
	/* A connection a second is one port: 24 at the busiest, 6 at the last. */
	play(&input, &machine_counter, &found);
	assert_int_equal(simulation_tally_quantile(&found, found.peaks, 1000, 0.25), 7);
	assert_in_range(simulation_tally_total(&found).held_most, 24, 25);
}

static int stop_at_third(void *argument, uint64_t units_played)
{
	uint64_t *looks = argument;
	++*looks;
	return units_played >= 3;
}

/* A watch ends it, and what was played by then is counted. */
static void test_stopped(void **state)
{
	struct simulation_input input = {.sources = 1000,
		.destinations = 1,
		.ports = 100,
		.rate_per_s = 1000,
		.seconds = 5,
		.lifetime_s = 1};
	struct error error = {0};
	uint64_t looks = 0;
	struct engine_watch watch = {.look = stop_at_third, .argument = &looks};
	assert_int_equal(simulation_init(&simulation, &input, &error), 0);
	assert_int_equal(engine_run(&simulation, &machine_counter, &watch, &found), 3);
	assert_int_equal(looks, 3);
	assert_int_equal(found.pairs, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_erlang),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_zipf),
		cmocka_unit_test(test_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
