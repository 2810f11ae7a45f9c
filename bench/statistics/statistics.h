/* Statistics over the trials of one strategy, or of two that are compared. All of it is the same
 * whenever it is computed again from the same values. */
#ifndef BENCH_STATISTICS_STATISTICS_H
#define BENCH_STATISTICS_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Fewer trials are too few for an interval that means something. */
#define STATISTICS_TRIALS_ADVISED 5
/* An interval wider than this share of its median: the machine was noisy. */
#define STATISTICS_WIDE 0.2
/* What reports use: a result file always gives the same numbers. */
#define STATISTICS_SEED 1

struct spread {
	double median;
	/* The 95 % interval of the median: percentile bootstrap. With fewer than six values it is
	 * nearly the least and the greatest. */
	double low, high;
};

/* Sorts `values`. 0 when count is 0. */
double statistics_median(double *values, size_t count);

/* Sorts `values`. All zero when count is 0. */
struct spread statistics_spread(double *values, size_t count, uint64_t seed);

/* Median of b less median of a, with the percentile bootstrap's 95 % interval: both samples are
 * drawn again, each from itself. Sorts both. All zero when one is empty. */
struct spread statistics_difference(
	double *a, size_t a_count, double *b, size_t b_count, uint64_t seed);

/* Of twins: replaces a[i] and b[i] by their shares of the pair's mean, times `level`. What the
 * machine did meanwhile made both larger or smaller, and is not in the shares. */
void statistics_share_pairs(double *a, double *b, size_t count, double level);

/* The median of b[i] less a[i], with its interval: the pairs are drawn again whole. `differences`
 * is room for `count` values, and holds them then, sorted. */
struct spread statistics_paired_difference(
	const double *a, const double *b, size_t count, double *differences, uint64_t seed);

/* Two-sided p of Wilcoxon's signed-rank test of b[i] less a[i]. Pairs without a difference are left
 * out. Exact up to 50 pairs without equal differences; else the normal approximation, corrected for
 * ties and continuity. 1 where no pair differs, or there is no memory. */
double statistics_signed_rank(const double *a, const double *b, size_t count);

/* Two-sided p of the Mann-Whitney U test. Exact up to 25 values a side without ties; else the
 * normal approximation, corrected for ties and continuity. 1 when one side is empty. */
double statistics_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count);

#endif
