/* Statistics against known answers: published p values, the bootstrap's coverage of a median that
 * is known, and the chance of a false alarm where many metrics are compared. */
#include "bench/statistics/multiple_comparisons.h"
#include "bench/statistics/statistics.h"
#include "common/random.h"

#include "tests/unit/long_tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static double uniform(uint64_t *random)
{
	return ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *random)
{
	return sqrt(-2 * log(uniform(random))) * cos(2 * M_PI * uniform(random));
}

static void assert_near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g is not %.9g", value, expected);
}

static void test_median(void **state)
{
	double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2};
	assert_near(statistics_median(odd, 3), 2, 0);
	assert_near(statistics_median(even, 4), 2.5, 0);
	assert_near(statistics_median(even, 0), 0, 0);
	assert_near(statistics_spread(even, 0, 1).high, 0, 0);
}

static void test_spread_is_the_same_again(void **state)
{
	double values[] = {5, 3, 9, 1, 7, 2, 8};
	struct spread first = statistics_spread(values, COUNT(values), 7);
	struct spread again = statistics_spread(values, COUNT(values), 7);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_near(first.median, 5, 0);
	assert_true(first.low >= 1 && first.low < 5 && first.high > 5 && first.high <= 9);
	double one[] = {4};
	struct spread single = statistics_spread(one, 1, 7);
	assert_true(single.low >= 4 && single.high <= 4);
}

/* Of 1000 samples, about 950 intervals must hold the true median; of 250, about 237. */
static void test_interval_covers_the_median(void **state)
{
	int runs = long_or_short(1000, 250);
	uint64_t random = 11;
	for (size_t count = 10; count <= 40; count += 15) {
		int covered = 0, covered_difference = 0;
		for (int run = 0; run < runs; run++) {
			double a[40], b[40];
			for (size_t i = 0; i < count; i++) {
				a[i] = exp(normal(&random)); /* skewed, as latencies are */
				b[i] = 3 + exp(normal(&random));
			}
			struct spread s = statistics_spread(a, count, random);
			struct spread d = statistics_difference(a, count, b, count, random);
			covered += s.low <= 1 && s.high >= 1;
			covered_difference += d.low <= 3 && d.high >= 3;
		}
		print_message(
			"%zu values: %d and %d of %d\n", count, covered, covered_difference, runs);
		assert_in_range(covered, long_or_short(920, 224), long_or_short(985, 248));
		assert_in_range(
			covered_difference, long_or_short(925, 225), long_or_short(995, 250));
	}
}

/* From the manuals of R (wilcox.test) and SciPy (mannwhitneyu). */
static void test_mann_whitney_exact(void **state)
{
	static const double r_x[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
	static const double r_y[] = {1.15, 0.88, 0.90, 0.74, 1.21};
	static const double males[] = {19, 22, 16, 29, 24}, females[] = {20, 11, 17, 12};
	static const double low[] = {1, 2, 3, 4, 5}, high[] = {6, 7, 8, 9, 10};
	assert_near(statistics_mann_whitney(r_x, 10, r_y, 5), 0.2544, 5e-5);
	assert_near(statistics_mann_whitney(r_y, 5, r_x, 10), 0.2544, 5e-5);
	assert_near(statistics_mann_whitney(males, 5, females, 4), 0.1111111111, 1e-9);
	assert_near(statistics_mann_whitney(low, 5, high, 5), 2.0 / 252, 1e-12);
	assert_near(statistics_mann_whitney(low, 3, high, 3), 2.0 / 20, 1e-12);
	assert_near(statistics_mann_whitney(low, 0, high, 5), 1, 0);
}

/* By hand: U = 4 of 25, groups of 2, 2 and 3 equal values; variance 25/12 * (11 - 36/90). */
static void test_mann_whitney_with_ties(void **state)
{
	static const double a[] = {1, 2, 2, 3, 4}, b[] = {3, 4, 4, 5, 6}, same[] = {1, 1, 1, 1, 1};
	static const double zeros[] = {0, 0, 0, 0, 0};
	double z = (12.5 - 2.5 - 0.5) / sqrt(25.0 / 12 * (11 - 36.0 / 90));
	assert_near(statistics_mann_whitney(a, 5, b, 5), erfc(z / sqrt(2)), 1e-12);
	assert_near(statistics_mann_whitney(same, 5, same, 5), 1, 0);
	z = 12 / sqrt(25.0 / 12 * (11 - 240.0 / 90));
	assert_near(statistics_mann_whitney(same, 5, zeros, 5), erfc(z / sqrt(2)), 1e-12);
}

/* R's manual of wilcox.test: depression of nine patients (Hollander and Wolfe), V = 40, and p =
 * 0.01953 of one side. With equal differences and a pair without one: SciPy's wilcoxon(mode =
 * "approx", correction = True). */
static void test_signed_rank(void **state)
{
	static const double x[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
	static const double y[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
	static const double a[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	static const double b[] = {2, 4, 4, 6, 4, 9, 9, 12, 9, 13};
	assert_near(statistics_signed_rank(x, y, 9), 0.0390625, 1e-12);
	assert_near(statistics_signed_rank(y, x, 9), 0.0390625, 1e-12);
	assert_near(statistics_signed_rank(a, b, 10), 0.016925333, 1e-8);
	assert_near(statistics_signed_rank(a, a, 10), 1, 0);
	assert_near(statistics_signed_rank(a, b, 0), 1, 0);
	/* All of five one way: 2 of 32 choices of signs. */
	static const double ten[] = {11, 13, 16, 20, 25};
	assert_near(statistics_signed_rank(a, ten, 5), 2.0 / 32, 1e-12);
}

/* The approximation goes on where the exact p of 50 pairs ends. */
static void test_signed_rank_of_many(void **state)
{
	double a[51] = {0}, b[51];
	for (int i = 0; i < 51; i++)
		b[i] = (i % 3 ? 1 : -1) * (i + 1.5);
	double exact = statistics_signed_rank(a, b, 50);
	double approximated = statistics_signed_rank(a, b, 51);
	assert_true(exact > 0.001 && exact < 0.1);
	assert_true(approximated > exact / 2 && approximated < exact * 2);
}

/* A machine that is twice as fast in one round makes twice of both. */
static void test_pairs_are_shared(void **state)
{
	double a[] = {100, 200, 0, 0, 3}, b[] = {300, 600, 4, 0, NAN}, room[5];
	statistics_share_pairs(a, b, 5, 10);
	assert_near(a[0], 5, 1e-12);
	assert_near(a[1], 5, 1e-12);
	assert_near(b[1], 15, 1e-12);
	assert_near(a[2], 0, 0);
	assert_near(b[2], 20, 1e-12);
	assert_near(b[3], 0, 0);
	assert_true(isnan(b[4]));
	struct spread spread = statistics_paired_difference(a, b, 4, room, 1);
	assert_near(spread.median, 10, 1e-12);
	assert_near(spread.low, 0, 0);
	assert_near(spread.high, 20, 1e-12);
	assert_near(room[0], 0, 0);
	assert_near(room[3], 20, 1e-12);
}

/* The approximation must go on where the exact p ends. */
static void test_mann_whitney_of_many(void **state)
{
	double a[26], b[26];
	for (int i = 0; i < 26; i++) {
		a[i] = i;
		b[i] = i + 7.5;
	}
	double exact = statistics_mann_whitney(a, 25, b, 25);
	double approximated = statistics_mann_whitney(a, 26, b, 26);
	assert_true(exact > 0 && exact < 0.01);
	assert_true(approximated > exact / 2 && approximated < exact * 2);
}

#define TRIALS 10
#define MEASURED 14

static void test_multiple_comparisons_keep_their_error(void **state)
{
	int families = long_or_short(400, 100);
	uint64_t random = 5;
	int alarms = 0;
	for (int run = 0; run < families; run++) {
		double values[2][MEASURED][TRIALS], p[2][MEASURED], least = 1;
		for (size_t i = 0; i < sizeof(values) / sizeof(double); i++)
			(&values[0][0][0])[i] = exp(normal(&random));
		struct compared_sets members[2];
		for (int m = 0; m < 2; m++)
			members[m] = (struct compared_sets){
				5, 5, MEASURED, values[m][0], p[m], 0, false};
		assert_int_equal(multiple_comparisons_adjust(members, 2, random, 0.05), 0);
		for (size_t i = 0; i < sizeof(p) / sizeof(double); i++)
			least = fmin(least, (&p[0][0])[i]);
		alarms += least < 0.05;
	}
	print_message("%d false alarms in %d families of 28\n", alarms, families);
	/* 20 expected of 400, and 5 of 100; above these bounds once in 1000 */
	assert_true(alarms <= long_or_short(34, 13));
}

/* Five trials a side and fourteen metrics: what differs is found all the same. */
static void test_multiple_comparisons_find_a_difference(void **state)
{
	uint64_t random = 3;
	double values[MEASURED][TRIALS], p[MEASURED];
	for (int metric = 0; metric < MEASURED; metric++)
		for (int i = 0; i < TRIALS; i++)
			values[metric][i] = normal(&random) + (metric == 2 && i >= 5 ? 100 : 0);
	for (int i = 0; i < TRIALS; i++) {
		values[0][i] = 1;      /* never differs */
		values[1][i] = i >= 5; /* each side constant */
		values[3][i] = i == 4 ? values[3][i] : NAN;
	}
	struct compared_sets member = {5, 5, MEASURED, values[0], p, 0, false};
	assert_int_equal(multiple_comparisons_adjust(&member, 1, 1, 0.05), 0);
	assert_near(p[0], 1, 0);
	assert_true(p[1] < 0.03 && p[2] < 0.03);
	assert_near(p[3], 1, 0);
	assert_int_equal(multiple_comparisons_adjust(&member, 0, 1, 0.05), 0);
}

/* Welch's t, by hand. */
static double t_of(const double *values, size_t side)
{
	double mean[2] = {0}, squared = 0;
	for (size_t i = 0; i < 2 * side; i++)
		mean[i / side] += values[i] / (double)side;
	for (size_t i = 0; i < 2 * side; i++)
		squared += (values[i] - mean[i / side]) * (values[i] - mean[i / side]);
	return fabs(mean[1] - mean[0]) / sqrt(squared / (double)(side - 1) / (double)side);
}

/* Of ten trials a side no deal in 4999 is the observed one again, so p is below alpha where t is
 * above the critical one, and nowhere else. */
static void test_critical_parts_p_at_alpha(void **state)
{
	uint64_t random = 23;
	int above = 0, below = 0;
	for (int run = 0; run < 60; run++) {
		double values[3][20], p[3];
		for (size_t i = 0; i < 60; i++)
			(&values[0][0])[i] = normal(&random) + (i % 20 < 10 ? 0 : (double)run / 30);
		struct compared_sets sets = {10, 10, 3, values[0], p, 0, false};
		assert_int_equal(multiple_comparisons_adjust(&sets, 1, random, 0.02), 0);
		for (size_t i = 0; i < 3; i++) {
			bool is_above = t_of(values[i], 10) > sets.critical * (1 + 1e-9);
			assert_int_equal(is_above, p[i] < 0.02);
			*(is_above ? &above : &below) += 1;
		}
	}
	assert_true(above > 20 && below > 20);
}

/* A difference that is made larger until p falls below alpha: it has the critical t, then. */
static void test_critical_is_met_at_alpha(void **state)
{
	uint64_t random = 61;
	double values[3][20], p[3], base[10], low = 0, high = 5, t[2], critical[2];
	struct compared_sets sets = {10, 10, 3, values[0], p, 0, false};
	for (size_t i = 0; i < 60; i++)
		(&values[0][0])[i] = normal(&random);
	memcpy(base, &values[0][10], sizeof(base));
	for (int halving = 0; halving < 40; halving++) {
		double more = (low + high) / 2;
		for (size_t i = 0; i < 10; i++)
			values[0][10 + i] = base[i] + more;
		assert_int_equal(multiple_comparisons_adjust(&sets, 1, 1, 0.02), 0);
		bool is_below = p[0] < 0.02;
		*(is_below ? &high : &low) = more;
		t[is_below] = t_of(values[0], 10);
		critical[is_below] = sets.critical;
	}
	assert_near(t[0] / critical[0], 1, 1e-6);
	assert_near(t[1] / critical[1], 1, 1e-6);
}

/* Two of the 252 deals of five and five are the observed one again, or its mirror: a difference
 * that is real has 1.2 % left of the 2 %; of four and four, whose 70 deals leave nothing, none is
 * large enough. */
static void test_critical_of_few_trials(void **state)
{
	uint64_t random = 29;
	double values[MEASURED][TRIALS], p[MEASURED];
	for (size_t i = 0; i < MEASURED * TRIALS; i++)
		(&values[0][0])[i] = normal(&random);
	struct compared_sets five = {5, 5, MEASURED, values[0], p, 0, false}, unlike = five,
			     more = five;
	unlike.a_count = 4;
	unlike.b_count = 6;
	assert_int_equal(multiple_comparisons_adjust(&five, 1, 1, 0.02), 0);
	assert_int_equal(multiple_comparisons_adjust(&more, 1, 1, 0.02 - 2.0 / 252), 0);
	assert_int_equal(multiple_comparisons_adjust(&unlike, 1, 1, 0.02), 0);
	assert_true(isfinite(five.critical) && isfinite(unlike.critical));
	assert_true(more.critical > five.critical);
	struct compared_sets four = {4, 4, MEASURED, values[0], p, 0, false};
	assert_int_equal(multiple_comparisons_adjust(&four, 1, 1, 0.02), 0);
	assert_true(isinf(four.critical));
	/* 70 deals that have no mirror: 1.4 % is gone, and 0.6 % is left. */
	struct compared_sets odd = {4, 3, MEASURED, values[0], p, 0, false};
	assert_int_equal(multiple_comparisons_adjust(&odd, 1, 1, 0.02), 0);
	assert_true(isinf(odd.critical));
}

#define PAIRS 12

/* Rounds that differ by half of what they measure, of which both twins have the same. */
static void rounds_draw(double *values, double more, uint64_t *random)
{
	for (size_t i = 0; i < PAIRS; i++) {
		double machine = 1000 + 500 * normal(random);
		values[i] = machine + 10 * normal(random);
		values[PAIRS + i] = machine + 10 * normal(random) + more;
	}
}

/* A difference of 30, three times what twins differ by, is lost between rounds that differ by 500:
 * pairs find it, and no trial is enough for sides. */
static void test_pairs_find_what_rounds_hide(void **state)
{
	uint64_t random = 37;
	double values[MEASURED][2 * PAIRS], p[MEASURED];
	for (size_t i = 0; i < MEASURED; i++)
		rounds_draw(values[i], i == 4 ? 30 : 0, &random);
	values[5][3] = NAN;
	values[5][PAIRS + 7] = NAN;
	struct compared_sets sets = {PAIRS, PAIRS, MEASURED, values[0], p, 0, true};
	assert_int_equal(multiple_comparisons_adjust(&sets, 1, 1, 0.02), 0);
	assert_true(p[4] < 0.02);
	for (size_t i = 0; i < MEASURED; i++)
		assert_true(i == 4 || p[i] > 0.02);
	assert_true(sets.critical > 3 && sets.critical < 12);
	sets.is_paired = false;
	assert_int_equal(multiple_comparisons_adjust(&sets, 1, 1, 0.02), 0);
	assert_true(p[4] > 0.5);
}

static void test_pairs_keep_their_error(void **state)
{
	int families = long_or_short(1000, 150), alarms = 0;
	uint64_t random = 41;
	for (int run = 0; run < families; run++) {
		double values[MEASURED][2 * PAIRS], p[MEASURED], least = 1;
		for (size_t i = 0; i < MEASURED; i++)
			rounds_draw(values[i], 0, &random);
		struct compared_sets sets = {PAIRS, PAIRS, MEASURED, values[0], p, 0, true};
		assert_int_equal(multiple_comparisons_adjust(&sets, 1, random, 0.05), 0);
		for (size_t i = 0; i < MEASURED; i++)
			least = fmin(least, p[i]);
		alarms += least < 0.05;
	}
	print_message("%d false alarms in %d families of pairs\n", alarms, families);
	/* 50 expected of 1000, and 7.5 of 150; outside these bounds once in 1000 */
	assert_in_range(alarms, long_or_short(29, 1), long_or_short(73, 17));
}

/* Of six pairs, two of 64 choices of labels are the observed one: more than 2 %. */
static void test_critical_of_few_pairs(void **state)
{
	uint64_t random = 43;
	double values[2 * PAIRS], p;
	rounds_draw(values, 0, &random);
	struct compared_sets six = {6, 6, 1, values, &p, 0, true};
	struct compared_sets eight = {8, 8, 1, values, &p, 0, true};
	assert_int_equal(multiple_comparisons_adjust(&six, 1, 1, 0.02), 0);
	assert_int_equal(multiple_comparisons_adjust(&eight, 1, 1, 0.02), 0);
	assert_true(isinf(six.critical) && isfinite(eight.critical));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_spread_is_the_same_again),
		cmocka_unit_test(test_interval_covers_the_median),
		cmocka_unit_test(test_mann_whitney_exact),
		cmocka_unit_test(test_mann_whitney_with_ties),
		cmocka_unit_test(test_mann_whitney_of_many),
		cmocka_unit_test(test_multiple_comparisons_keep_their_error),
		cmocka_unit_test(test_multiple_comparisons_find_a_difference),
		cmocka_unit_test(test_critical_parts_p_at_alpha),
		cmocka_unit_test(test_critical_is_met_at_alpha),
		cmocka_unit_test(test_critical_of_few_trials),
		cmocka_unit_test(test_signed_rank),
		cmocka_unit_test(test_signed_rank_of_many),
		cmocka_unit_test(test_pairs_are_shared),
		cmocka_unit_test(test_pairs_find_what_rounds_hide),
		cmocka_unit_test(test_pairs_keep_their_error),
		cmocka_unit_test(test_critical_of_few_pairs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
