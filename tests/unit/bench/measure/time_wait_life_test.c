/* The life of a TIME_WAIT by HZ: the wheel's ticks were worked out by hand from kernel/time/timer.c
 * (LVL_START, LVL_GRAN), and that of HZ 250 was measured: batches 2.048 s apart. */
#include "bench/measure/time_wait_life.h"

#include "common/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void close_to(double figure, double wanted)
{
	if (!(fabs(figure - wanted) <= 1e-9))
		fail_msg("%.12g, not %.12g", figure, wanted);
}

static void each_hz_has_its_tick(void **state)
{
	static const struct {
		uint32_t hz;
		double mean_s, most_s;
	} rows[] = {
		{24, 60 + 64 / 24.0 / 2, 60 + 64 / 24.0},
		{100, 62.56, 65.12},                       /* 6,000 jiffies: level 3, 512 of them */
		{250, 61.024, 62.048},                     /* 15,000: level 3 */
		{300, 60 + 256 / 300.0, 60 + 512 / 300.0}, /* 18,000: level 3 */
		{1000, 62.048, 64.096},                    /* 60,000: level 4, 4,096 of them */
		/* The last delta of level 3 is 32,255 jiffies, so level 4 begins at HZ 538. */
		{537, 60 + 256 / 537.0, 60 + 512 / 537.0},
		{538, 60 + 2048 / 538.0, 60 + 4096 / 538.0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct time_wait_life life = time_wait_life_of(rows[i].hz);
		assert_int_equal(life.hz, rows[i].hz);
		close_to(life.least_s, 60);
		close_to(life.mean_s, rows[i].mean_s);
		close_to(life.most_s, rows[i].most_s);
	}
}

static void an_unknown_hz_is_taken_for_the_longest(void **state)
{
	struct time_wait_life life = time_wait_life_of(0);
	assert_int_equal(life.hz, 0);
	close_to(life.most_s, 65.12);
}

/* The kernel rounds the length of a tick to nanoseconds. */
static void the_tick_tells_hz(void **state)
{
	assert_int_equal(time_wait_life_hz(10000000), 100);
	assert_int_equal(time_wait_life_hz(4000000), 250);
	assert_int_equal(time_wait_life_hz(3333333), 300);
	assert_int_equal(time_wait_life_hz(1000000), 1000);
	assert_int_equal(time_wait_life_hz(976563), 1024);
	assert_int_equal(time_wait_life_hz(41666667), 24);
	assert_int_equal(time_wait_life_hz(1), 0); /* a clock that is not of ticks */
	assert_int_equal(time_wait_life_hz(0), 0);
	assert_int_equal(time_wait_life_hz(NS_PER_S), 0);
}

static uint64_t coarse_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return clock_timespec_ns(&t);
}

/* Many ticks at once, where this thread had to wait, may be those of a clock that is slewed. */
#define FEW_TICKS 20

/* The coarse clock moves on at ticks alone: two readings that differ, differ by whole ones. */
static void the_clock_of_this_kernel_moves_by_its_tick(void **state)
{
	struct time_wait_life life = time_wait_life_here();
	if (life.hz == 0)
		skip();
	double ticks = FEW_TICKS + 1;
	while (ticks > FEW_TICKS) {
		uint64_t first = coarse_ns(), next = first;
		while (next == first)
			next = coarse_ns();
		ticks = (double)(next - first) * life.hz / (double)NS_PER_S;
	}
	assert_true(ticks > 0.9);
	assert_true(fabs(ticks - round(ticks)) < 0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hz_has_its_tick),
		cmocka_unit_test(an_unknown_hz_is_taken_for_the_longest),
		cmocka_unit_test(the_tick_tells_hz),
		cmocka_unit_test(the_clock_of_this_kernel_moves_by_its_tick),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
