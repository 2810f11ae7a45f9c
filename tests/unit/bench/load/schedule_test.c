/* Schedules of an open loop: instants, shares of workers, and what was skipped. */
#include "bench/load/schedule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define START_NS UINT64_C(7000000000)
#define SECOND UINT64_C(1000000000)
#define DRAWN 100000

static void closed_is_always_due(void **state)
{
	struct schedule s;
	schedule_init(&s, ARRIVALS_CLOSED, 0, 1, 0, 1);
	schedule_begin(&s, START_NS);
	assert_false(schedule_is_open(&s));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(schedule_due_ns(&s), 0);
		schedule_advance(&s);
	}
	assert_int_equal(schedule_skip(&s, UINT64_MAX, 10), 0);
}

/* 3 workers of 3,000 a second in all: together one start a third of a millisecond, from the start.
 */
static void fixed_lanes_interleave(void **state)
{
	struct schedule workers[3];
	for (uint32_t worker = 0; worker < 3; worker++) {
		schedule_init(&workers[worker], ARRIVALS_FIXED, 3000, 1, worker, 3);
		schedule_begin(&workers[worker], START_NS);
	}
	for (uint64_t start = 0; start < 30000; start++) {
		uint64_t wanted = START_NS + start * SECOND / 3000;
		struct schedule *s = &workers[start % 3];
		assert_in_range(schedule_due_ns(s), wanted - 1, wanted + 1);
		schedule_advance(s);
	}
}

/* A rate whose period is no whole number of nanoseconds does not drift: 10 hours of it. */
static void fixed_does_not_drift(void **state)
{
	struct schedule s;
	schedule_init(&s, ARRIVALS_FIXED, 700, 1, 0, 1);
	schedule_begin(&s, 0);
	uint64_t starts = 700 * 36000;
	assert_int_equal(schedule_skip(&s, UINT64_MAX, starts), starts);
	assert_in_range(schedule_due_ns(&s), 36000 * SECOND - SECOND / 1000,
		36000 * SECOND + SECOND / 1000);
}

static void skip_counts_what_was_due(void **state)
{
	struct schedule s;
	schedule_init(&s, ARRIVALS_FIXED, 1000, 1, 0, 1);
	schedule_begin(&s, START_NS);
	assert_int_equal(schedule_skip(&s, START_NS, UINT64_MAX), 0);
	assert_int_equal(schedule_skip(&s, START_NS + 1, UINT64_MAX), 1);
	assert_int_equal(schedule_skip(&s, START_NS + SECOND / 2, UINT64_MAX), 499);
	assert_int_equal(schedule_skip(&s, START_NS + SECOND, 7), 7);
	assert_int_equal(schedule_due_ns(&s), START_NS + 507 * SECOND / 1000);
}

/* Exponential intervals: their mean and their standard deviation are the same, and the share that
 * is longer than the mean is 1/e. */
static void poisson_is_exponential(void **state)
{
	struct schedule s;
	double sum = 0, squares = 0;
	unsigned longer = 0;
	schedule_init(&s, ARRIVALS_POISSON, 1000, 42, 0, 1);
	schedule_begin(&s, 0);
	uint64_t last = schedule_due_ns(&s);
	for (unsigned i = 0; i < DRAWN; i++) {
		schedule_advance(&s);
		double interval = (double)(schedule_due_ns(&s) - last);
		last = schedule_due_ns(&s);
		sum += interval;
		squares += interval * interval;
		longer += interval > 1e6;
	}
	double mean = sum / DRAWN, deviation = sqrt(squares / DRAWN - mean * mean);
	assert_true(fabs(mean / 1e6 - 1) < 0.02);
	assert_true(fabs(deviation / 1e6 - 1) < 0.02);
	assert_true(fabs((double)longer / DRAWN - exp(-1)) < 0.01);
}

static void poisson_lanes_differ_and_repeat(void **state)
{
	struct schedule a, again, b, other_seed;
	schedule_init(&a, ARRIVALS_POISSON, 1000, 42, 0, 2);
	schedule_init(&again, ARRIVALS_POISSON, 1000, 42, 0, 2);
	schedule_init(&b, ARRIVALS_POISSON, 1000, 42, 1, 2);
	schedule_init(&other_seed, ARRIVALS_POISSON, 1000, 43, 0, 2);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(schedule_due_ns(&a), schedule_due_ns(&again));
		assert_int_not_equal(schedule_due_ns(&a), schedule_due_ns(&b));
		assert_int_not_equal(schedule_due_ns(&a), schedule_due_ns(&other_seed));
		schedule_advance(&a);
		schedule_advance(&again);
		schedule_advance(&b);
		schedule_advance(&other_seed);
	}
}

/* 100 a second that become 300 over 4 s: after t seconds 100 t + 25 t^2 were due, 800 in all. Three
 * workers share them evenly. */
static void it_rises(void **state)
{
	static const struct ramp ramp = {100, 300, 4 * SECOND};
	struct schedule workers[3];
	for (uint32_t worker = 0; worker < 3; worker++) {
		schedule_init(&workers[worker], ARRIVALS_FIXED, 100, 1, worker, 3);
		schedule_rise(&workers[worker], &ramp);
		schedule_begin(&workers[worker], START_NS);
	}
	for (unsigned start = 0; start <= 800; start++) {
		struct schedule *s = &workers[start % 3];
		double t_s = (double)(schedule_due_ns(s) - START_NS) / 1e9;
		assert_float_equal(100 * t_s + 25 * t_s * t_s, start, 1e-3);
		schedule_advance(s);
	}
	assert_in_range(schedule_due_ns(&workers[800 % 3]), START_NS + 4 * SECOND,
		START_NS + 4 * SECOND + SECOND / 50);
	assert_float_equal(ramp_rate_per_s(&ramp, 1e9), 150, 1e-9);
}

/* As many as that on average, at times of their own: in the second half 800 - 300. */
static void poisson_rises(void **state)
{
	static const struct ramp ramp = {10000, 30000, 4 * SECOND};
	struct schedule s;
	schedule_init(&s, ARRIVALS_POISSON, 10000, 42, 0, 1);
	schedule_rise(&s, &ramp);
	schedule_begin(&s, START_NS);
	uint64_t first = schedule_skip(&s, START_NS + 2 * SECOND, UINT64_MAX);
	uint64_t second = schedule_skip(&s, START_NS + 4 * SECOND, UINT64_MAX);
	assert_in_range(first, 30000 - 900, 30000 + 900);
	assert_in_range(second, 50000 - 1200, 50000 + 1200);
}

/* Three hosts, of 100 starts a second each from two workers: one start every 3.333 ms. */
static void fixed_hosts_interleave(void **state)
{
	bool taken[6] = {false};
	for (uint32_t host = 0; host < 3; host++)
		for (uint32_t worker = 0; worker < 2; worker++) {
			struct schedule s;
			schedule_init(&s, ARRIVALS_FIXED, 100, 1, worker, 2);
			schedule_shift(&s, host / 3.0 / 2);
			schedule_begin(&s, START_NS);
			double slot = (double)(schedule_due_ns(&s) - START_NS) / (SECOND / 300.0);
			assert_true(fabs(slot - round(slot)) < 1e-6 && slot < 5.5);
			assert_false(taken[lround(slot)]);
			taken[lround(slot)] = true;
			schedule_advance(&s);
			assert_int_equal(llround((double)(schedule_due_ns(&s) - START_NS) /
						 (SECOND / 300.0)),
				lround(slot) + 6);
		}
}

static void poisson_is_not_shifted(void **state)
{
	struct schedule one, other;
	schedule_init(&one, ARRIVALS_POISSON, 100, 1, 0, 1);
	schedule_init(&other, ARRIVALS_POISSON, 100, 1, 0, 1);
	schedule_shift(&other, 0.5);
	assert_float_equal(one.next_ns, other.next_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_is_always_due),
		cmocka_unit_test(fixed_lanes_interleave),
		cmocka_unit_test(fixed_does_not_drift),
		cmocka_unit_test(skip_counts_what_was_due),
		cmocka_unit_test(poisson_is_exponential),
		cmocka_unit_test(poisson_lanes_differ_and_repeat),
		cmocka_unit_test(it_rises),
		cmocka_unit_test(poisson_rises),
		cmocka_unit_test(fixed_hosts_interleave),
		cmocka_unit_test(poisson_is_not_shifted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
