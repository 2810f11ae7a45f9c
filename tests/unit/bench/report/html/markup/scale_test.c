/* Axes: where values lie, and which are labelled. */
#include "bench/report/html/markup/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NEAR 1e-9

static void ticks_are(const struct scale *scale, size_t wanted, const double *values, size_t count)
{
	double ticks[SCALE_TICKS_MAX];
	assert_int_equal(scale_ticks(scale, wanted, ticks), count);
	for (size_t i = 0; i < count; i++)
		assert_true(fabs(ticks[i] - values[i]) <= NEAR * (1 + fabs(values[i])));
}

#define TICKS_ARE(scale, wanted, ...)                                                              \
	do {                                                                                       \
		const double values[] = {__VA_ARGS__};                                             \
		ticks_are(scale, wanted, values, sizeof(values) / sizeof(values[0]));              \
	} while (0)

static void place_is(const struct scale *scale, double value, double wanted)
{
	assert_true(fabs(scale_place(scale, value) - wanted) <= NEAR * (1 + fabs(wanted)));
}

static void a_linear_scale_ends_on_a_tick(void **state)
{
	struct scale scale = scale_linear(36800, 0, 100);
	place_is(&scale, scale.high, 100);
	assert_true(scale.high >= 40000 && scale.high <= 40000);
	TICKS_ARE(&scale, 4, 0, 10000, 20000, 30000, 40000);
	scale = scale_linear(0.0023, 0, 100);
	TICKS_ARE(&scale, 4, 0, 0.001, 0.002, 0.003);
	scale = scale_linear(100, 0, 1);
	TICKS_ARE(&scale, 4, 0, 25, 50, 75, 100);
}

static void upwards_is_from_the_bottom(void **state)
{
	struct scale scale = scale_linear(100, 200, 0);
	place_is(&scale, 0, 200);
	place_is(&scale, 25, 150);
	place_is(&scale, 100, 0);
}

static void what_lies_outside_is_held_at_the_end(void **state)
{
	struct scale scale = scale_linear(100, 0, 10);
	place_is(&scale, -5, 0);
	place_is(&scale, 1e300, 10);
	place_is(&scale, NAN, 0);
	place_is(&scale, INFINITY, 10);
	scale = scale_logarithmic(1, 1000, false, 0, 10);
	place_is(&scale, 0, 0);
	place_is(&scale, -1, 0);
	place_is(&scale, 1e9, 10);
}

static void decades_lie_equally_far_apart(void **state)
{
	struct scale scale = scale_logarithmic(0.02, 300, false, 0, 5);
	TICKS_ARE(&scale, 7, 0.01, 0.1, 1, 10, 100, 1000);
	place_is(&scale, 0.01, 0);
	place_is(&scale, 1, 2);
	place_is(&scale, 100, 4);
	TICKS_ARE(&scale, 2, 0.01, 10);
}

static void a_cut_scale_ends_at_the_greatest_value(void **state)
{
	struct scale scale = scale_logarithmic(1, 32768, true, 0, 1000);
	place_is(&scale, 32768, 1000);
	TICKS_ARE(&scale, 7, 1, 10, 100, 1000, 10000);
}

static void a_scale_of_nothing_is_a_scale(void **state)
{
	const double nothing[] = {0, -1, NAN, INFINITY};
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		double ticks[SCALE_TICKS_MAX];
		struct scale linear = scale_linear(nothing[i], 0, 10);
		struct scale logarithmic = scale_logarithmic(nothing[i], nothing[i], false, 0, 10);
		assert_true(linear.high > linear.low && isfinite(linear.high));
		assert_true(logarithmic.high > logarithmic.low && isfinite(logarithmic.high));
		assert_in_range(scale_ticks(&linear, 4, ticks), 2, SCALE_TICKS_MAX);
		assert_in_range(scale_ticks(&logarithmic, 4, ticks), 2, SCALE_TICKS_MAX);
	}
}

static void there_are_never_too_many_ticks(void **state)
{
	double ticks[SCALE_TICKS_MAX];
	struct scale scale = scale_logarithmic(1e-300, 1e300, false, 0, 10);
	assert_in_range(scale_ticks(&scale, 7, ticks), 2, SCALE_TICKS_MAX);
	scale = scale_logarithmic(1e308, 1e308, false, 0, 10);
	assert_in_range(scale_ticks(&scale, 7, ticks), 2, SCALE_TICKS_MAX);
	assert_true(isfinite(scale.high) && scale.low > 0);
	scale = scale_logarithmic(4.9e-324, 4.9e-324, false, 0, 10);
	assert_in_range(scale_ticks(&scale, 7, ticks), 2, SCALE_TICKS_MAX);
	assert_true(isfinite(scale.high) && scale.low > 0);
	scale = scale_linear(7, 0, 10);
	assert_in_range(scale_ticks(&scale, 1000, ticks), 2, SCALE_TICKS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_linear_scale_ends_on_a_tick),
		cmocka_unit_test(upwards_is_from_the_bottom),
		cmocka_unit_test(what_lies_outside_is_held_at_the_end),
		cmocka_unit_test(decades_lie_equally_far_apart),
		cmocka_unit_test(a_cut_scale_ends_at_the_greatest_value),
		cmocka_unit_test(a_scale_of_nothing_is_a_scale),
		cmocka_unit_test(there_are_never_too_many_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
