/* Power against figures from outside: computed with SciPy 1.10 (stats.nct, stats.t), or the example
 * of R's manual of power.t.test. */
#include "bench/statistics/power.h"
#include "common/random.h"

#include "tests/unit/long_tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g is not %.9g", value, expected);
}

/* The manual says 0.8689528 of power.t.test(n = 20, delta = 1, sd = 1), which leaves out that the
 * difference may be told with the wrong sign. */
static void test_power(void **state)
{
	assert_near(power_of(1 / sqrt(0.1), power_critical_t(0.05, 38), 38), 0.8689530276, 1e-7);
	assert_near(power_of(2, 3.5, 5.3), 0.1784557774, 1e-7);
	/* Without a difference, what is told is alpha. */
	assert_near(power_of(0, 2.7764451052, 4), 0.05, 1e-7);
	/* Either side counts. */
	assert_near(power_of(-2, 3.5, 5.3), 0.1784557774, 1e-7);
}

static void test_critical_t(void **state)
{
	assert_near(power_critical_t(0.05, 4), 2.7764451052, 1e-6);
	assert_near(power_critical_t(0.02, 8), 2.8964594428, 1e-6);
	assert_near(power_critical_t(1e-4, 4), 15.5441006055, 1e-3);
	assert_near(power_critical_t(0.05, 38), 2.0243941646, 1e-6);
}

/* The delta of power 0.8 where the standard deviation is 1: noncentrality times the error. */
static void test_detectable(void **state)
{
	static const struct {
		size_t count;
		double alpha, delta;
	} known[] = {
		{5, 0.05, 2.0244393},
		{20, 0.05, 0.9091290},
		{30, 0.05, 0.7356211},
		{5, 0.02, 2.4272239},
		{5, 0.001, 3.9330366},
		{10, 0.00125, 2.1301449},
	};
	struct power_again again = {0};
	for (size_t i = 0; i < COUNT(known); i++) {
		double freedom = 2 * (double)known[i].count - 2;
		struct welch welch = {sqrt(2 / (double)known[i].count), freedom};
		assert_near(power_detectable(&welch, power_critical_t(known[i].alpha, freedom)),
			known[i].delta, 2e-6);
	}
	/* Of 1 to 5 the standard deviation is the root of 2.5. */
	static const double five[] = {3, 1, 5, 2, 4}, more[] = {3, 1, 5, 2, 4, 3};
	assert_near(power_detectable_again(five, 5, 0.05, &again), 2.0244393 * sqrt(2.5), 1e-5);
	assert_near(power_detectable_again(five, 5, 0.05, &again), 2.0244393 * sqrt(2.5), 1e-5);
	/* What was kept of five is not used for six. */
	assert_near(power_detectable_again(more, 6, 0.05, &again), 1.7955409 * sqrt(2), 1e-5);
	assert_true(isnan(power_detectable_again(five, 1, 0.05, &again)));
}

/* From Welch's own kind of example: two sets of unlike size and spread. */
static void test_welch(void **state)
{
	static const double a[] = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1,
		19.6, 19.0, 21.7, 21.4};
	static const double b[] = {
		27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5};
	struct welch welch = power_welch(a, COUNT(a), b, COUNT(b));
	assert_near(welch.error, 1.0266721374, 1e-9);
	assert_near(welch.freedom, 26.9527464963, 1e-8);
	welch = (struct welch){1, 5.3};
	assert_near(power_detectable(&welch, 3.5), 4.550411334, 1e-5);
}

/* Differences of 1 to 5: the mean's error is the root of 2.5 / 5. SciPy: the noncentrality of power
 * 0.8 with 4 degrees of freedom beyond 2.7764451 is 3.7610596. */
static void test_pairs(void **state)
{
	static const double differences[] = {3, 1, 5, 2, 4};
	struct welch welch = power_paired(differences, 5);
	assert_near(welch.error, sqrt(0.5), 1e-12);
	assert_near(welch.freedom, 4, 0);
	assert_near(power_detectable(&welch, 2.7764451052), 3.7610596 * sqrt(0.5), 1e-5);
	assert_true(isnan(power_paired(differences, 1).error));
}

/* A constant is told from any other; a sum's rounding is no spread. */
static void test_without_spread(void **state)
{
	static const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
	static const double wide[] = {1, 2, 3, 4, 5, 6}, huge[] = {1e300, -1e300, 1e300, 0, 1, 2};
	struct welch welch = power_welch(same, 6, same, 6);
	assert_near(power_detectable(&welch, 5), 0, 0);
	welch = power_welch(same, 6, wide, 6);
	assert_near(welch.freedom, 5, 1e-9);
	assert_near(welch.error, sqrt(3.5 / 6), 1e-9);
	assert_true(isinf(power_detectable(&welch, INFINITY)));
	welch = power_welch(huge, 6, wide, 6);
	assert_false(isfinite(power_detectable(&welch, 5)));
	welch = power_welch(wide, 6, wide, 1);
	assert_true(isnan(power_detectable(&welch, 5)));
}

static double normal(uint64_t *random)
{
	double u = ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
	double w = ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
	return sqrt(-2 * log(u)) * cos(2 * M_PI * w);
}

/* Drawn, not integrated: t of samples that differ as much is beyond the critical one 8 of 10 times.
 */
static void test_samples_are_told(void **state)
{
	int runs = long_or_short(20000, 2000), told = 0;
	uint64_t random = 17;
	double critical = power_critical_t(0.01, 12);
	struct welch truth = {sqrt(2.0 / 7), 12};
	double difference = power_detectable(&truth, critical);
	for (int run = 0; run < runs; run++) {
		double a[7], b[7], distance = 0;
		for (size_t i = 0; i < 7; i++) {
			a[i] = normal(&random);
			b[i] = normal(&random) + difference;
			distance += (b[i] - a[i]) / 7;
		}
		told += fabs(distance) > critical * power_welch(a, 7, b, 7).error;
	}
	print_message("told %d of %d\n", told, runs);
	/* 80 %, and four standard errors of that. */
	double share = told / (double)runs;
	assert_near(share, 0.8, 4 * sqrt(0.16 / runs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_critical_t),
		cmocka_unit_test(test_detectable),
		cmocka_unit_test(test_welch),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_without_spread),
		cmocka_unit_test(test_samples_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
