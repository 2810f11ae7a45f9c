/* The counters against the exact engine: small systems of every kind, drawn at random. */
#include "bench/plan/simulate/engine.h"
#include "common/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SYSTEMS 20
/* Of each system with other random numbers, and the connections of one. */
#define ROUNDS 8
#define CONNECTIONS 1e5
#define TICK_S 2.048

static struct simulation simulation;
static struct simulation_tally found;

static int go_on(void *argument, uint64_t units_played)
{
	(void)argument;
	(void)units_played;
	return 0;
}

static void play(const struct simulation_input *input, const struct machine *machine,
	struct simulation_tally *tally)
{
	static const struct engine_watch watch = {.look = go_on};
	struct error error = {0};
	if (simulation_init(&simulation, input, &error) == -1)
		fail_msg("%s", error.text);
	assert_int_equal(engine_run(&simulation, machine, &watch, tally), simulation.units);
}

static double draw(uint64_t *random, double low, double high)
{
	return low * pow(high / low, random_share(random));
}

/* From light to far too much load, with and without ticks, bursts, retries, an outage and a cap. */
static struct simulation_input system_draw(uint64_t number)
{
	uint64_t random = number;
	struct simulation_input input = {.seed = number, .threads = 2};
	random_next(&random);
	input.ports = (uint32_t)draw(&random, 50, 500);
	input.destinations = 1 + random_below(&random, 3);
	input.zipf = random_below(&random, 2) ? draw(&random, 0.3, 1.2) : 0;
	input.arrivals = (enum simulation_arrivals)(number % 3);
	input.burst = 1 + (uint32_t)random_below(&random, 4);
	input.lifetimes = (enum simulation_lifetimes)(number / 3 % 3);
	input.lifetime_s = draw(&random, 0.05, 20);
	input.pareto_shape = draw(&random, 2, 3);
	if (random_below(&random, 2)) {
		input.hold_s = 60;
		input.tick_s = TICK_S;
	} else if (random_below(&random, 2)) {
		input.hold_s = draw(&random, 0.1, 5);
	}
	double held_s = input.lifetime_s + input.hold_s;
	double rate = draw(&random, 0.5, 1.6) * input.ports / held_s * (double)input.destinations;
	input.seconds = 10 * held_s;
	/* Where nothing is at random, refusals repeat themselves, which counts do not know; where
	 * nothing but bursts is, chance is large. */
	if (number % 9 != 0 && number % 9 != 2 && random_below(&random, 2)) {
		input.retries = 1 + (uint32_t)random_below(&random, 4);
		input.retry_after_s = draw(&random, 0.1, 1) * held_s;
		input.is_jittered = random_below(&random, 2);
	}
	if (random_below(&random, 3) == 0) {
		input.outage_from_s = 3 * held_s;
		input.outage_for_s = draw(&random, 0.3, 2) * held_s;
		input.connect_timeout_s = draw(&random, 0.1, 1) * held_s;
	}
	input.sources_of_host = 1;
	if (input.tick_s > 0 && random_below(&random, 2))
		input.cap = (uint64_t)(draw(&random, 0.3, 0.9) * input.ports *
				       (double)input.destinations);
	input.sources = (uint64_t)ceil(CONNECTIONS / (rate * input.seconds));
	input.rate_per_s = rate * (double)input.sources;
	return input;
}

enum figure {
	ATTEMPTED,
	RETRIED,
	REFUSED,
	SLOW,
	FAILED,
	GIVEN_UP,
	SKIPPED,
	HELD_FIRST,
	HELD_LAST = HELD_FIRST + 3,
	P50,
	P99,
	FIGURES
};

static const char *const figure_names[FIGURES] = {"attempted", "retried", "refused", "slow",
	"failed", "given up", "skipped", "held 1/4", "held 2/4", "held 3/4", "held 4/4", "p50",
	"p99"};

static void figures_read(const struct simulation_tally *tally, double figures[FIGURES])
{
	struct simulation_tally_slot total = simulation_tally_total(tally);
	figures[ATTEMPTED] = (double)total.attempted;
	figures[RETRIED] = (double)total.retried;
	figures[REFUSED] = (double)total.refused;
	figures[SLOW] = (double)total.slow;
	figures[FAILED] = (double)total.failed;
	figures[GIVEN_UP] = (double)total.given_up;
	figures[SKIPPED] = (double)total.skipped;
	for (uint32_t i = 0; i < 4; i++)
		figures[HELD_FIRST + i] = simulation_tally_held_mean(
			tally, &simulation, i * SIMULATION_SLOTS / 4, SIMULATION_SLOTS / 4);
	figures[P50] = (double)simulation_tally_quantile(tally, total.held, total.held_most, 0.5);
	figures[P99] = (double)simulation_tally_quantile(tally, total.held, total.held_most, 0.99);
}

/* Means of the rounds, and their standard errors. */
static void rounds_play(struct simulation_input input, const struct machine *machine,
	double mean[FIGURES], double error[FIGURES])
{
	double figures[ROUNDS][FIGURES];
	for (size_t round = 0; round < ROUNDS; round++) {
		input.seed = round;
		play(&input, machine, &found);
		figures_read(&found, figures[round]);
	}
	for (size_t i = 0; i < FIGURES; i++) {
		double sum = 0, squares = 0;
		for (size_t round = 0; round < ROUNDS; round++)
			sum += figures[round][i];
		mean[i] = sum / ROUNDS;
		for (size_t round = 0; round < ROUNDS; round++)
			squares += pow(figures[round][i] - mean[i], 2);
		error[i] = sqrt(squares / (ROUNDS - 1) / ROUNDS);
	}
}

/* Within one hundredth, what is small beside the whole, and three standard errors. */
static void figures_compare(uint64_t number, const struct simulation_input *input)
{
	double counted[FIGURES], exact[FIGURES], counted_error[FIGURES], exact_error[FIGURES];
	rounds_play(*input, &machine_counter, counted, counted_error);
	rounds_play(*input, &machine_exact, exact, exact_error);
	for (size_t i = 0; i < FIGURES; i++) {
		double error = hypot(counted_error[i], exact_error[i]);
		double small = i < HELD_FIRST ? 0.002 * exact[ATTEMPTED] : 0.001 * input->ports;
		double off = fabs(counted[i] - exact[i]);
		print_message("%2u %-9s %10.6g %10.6g %+.2f %% (%.2f %%)\n", (unsigned)number,
			figure_names[i], counted[i], exact[i],
			exact[i] > 0 ? 100 * (counted[i] - exact[i]) / exact[i] : 0,
			exact[i] > 0 ? 100 * error / exact[i] : 0);
		if (i >= P50)
			small = 1;
		if (off > 0.01 * exact[i] + small + 3 * error)
			fail_msg("system %u, %s: %.9g is not %.9g", (unsigned)number,
				figure_names[i], counted[i], exact[i]);
		/* Else chance would hide a difference. */
		if (error > 0.02 * exact[i] + 3 * small)
			fail_msg("system %u, %s: %.3g is left to chance", (unsigned)number,
				figure_names[i], error);
	}
}

static void test_agreement(void **state)
{
	for (uint64_t number = 0; number < SYSTEMS; number++) {
		struct simulation_input input = system_draw(number);
		figures_compare(number, &input);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_agreement)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
