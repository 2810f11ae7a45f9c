/* When connect(2) became slower for good, in made-up samples 0.1 s apart. */
#include "bench/plan/connect_step.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SAMPLES 400
#define PERIOD_NS 100000000
#define START_NS 5000000000

static struct sample samples[SAMPLES];

/* 20 to 30 us; from `from` on `factor` times that. */
static struct trial trial_of(size_t from, double factor)
{
	srand(1);
	for (size_t i = 0; i < SAMPLES; i++) {
		double us = (20 + rand() % 11) * (i >= from ? factor : 1);
		samples[i] = (struct sample){.at_ns = START_NS + i * PERIOD_NS,
			.progress = {.connect_p50_ns = (uint64_t)(us * 1e3)}};
	}
	return (struct trial){.samples = samples, .sample_count = SAMPLES, .started_ns = START_NS};
}

static void test_step(void **state)
{
	struct trial trial = trial_of(150, 6);
	struct connect_step step = connect_step_of(&trial);
	assert_true(step.at_ns == START_NS + UINT64_C(150) * PERIOD_NS);
	assert_true(step.before_us > 20 && step.before_us < 30);
	assert_true(step.after_us > 120 && step.after_us < 180);
}

/* Pauses of the machine make a time long now and then, on either side. */
static void test_step_among_outliers(void **state)
{
	struct trial trial = trial_of(250, 4);
	for (size_t i = 7; i < SAMPLES; i += 23)
		samples[i].progress.connect_p50_ns = 20000000;
	assert_true(connect_step_of(&trial).at_ns == START_NS + UINT64_C(250) * PERIOD_NS);
}

static void test_no_step(void **state)
{
	struct trial trial = trial_of(SAMPLES, 1);
	assert_true(connect_step_of(&trial).at_ns == 0);
	trial = trial_of(200, 1.5);
	assert_true(connect_step_of(&trial).at_ns == 0);
	/* It became faster. */
	trial = trial_of(200, 0.2);
	assert_true(connect_step_of(&trial).at_ns == 0);
	/* Too few to tell. */
	trial = trial_of(SAMPLES - 5, 6);
	assert_true(connect_step_of(&trial).at_ns == 0);
	trial.sample_count = 0;
	assert_true(connect_step_of(&trial).at_ns == 0);
}

/* Failures walk through all ports: they are no step. */
static void test_refused_ones_are_left_out(void **state)
{
	struct trial trial = trial_of(300, 10);
	trial.totals.no_port_ns = START_NS + UINT64_C(299) * PERIOD_NS + 1;
	assert_true(connect_step_of(&trial).at_ns == 0);
	trial = trial_of(150, 4);
	for (size_t i = 300; i < SAMPLES; i++)
		samples[i].progress.connect_p50_ns *= 100;
	trial.totals.no_port_ns = START_NS + UINT64_C(299) * PERIOD_NS + 1;
	assert_true(connect_step_of(&trial).at_ns == START_NS + UINT64_C(150) * PERIOD_NS);
	/* Without a connection there is no time. */
	for (size_t i = 0; i < SAMPLES; i += 2)
		samples[i].progress.connect_p50_ns = 0;
	assert_true(connect_step_of(&trial).at_ns == START_NS + UINT64_C(151) * PERIOD_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_step_among_outliers),
		cmocka_unit_test(test_no_step),
		cmocka_unit_test(test_refused_ones_are_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
