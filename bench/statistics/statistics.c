#include "bench/statistics/statistics.h"

#include "common/random.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define RESAMPLES 2000
#define TAIL 0.025 /* the share outside a 95 % interval, on each side */

/* Halved first: the sum of two figures of a file may be no number. */
static double mean_of_two(double a, double b)
{
	return a / 2 + b / 2;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median_of_sorted(const double *values, size_t count)
{
	return mean_of_two(values[(count - 1) / 2], values[count / 2]);
}

double statistics_median(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), compare_doubles);
	return median_of_sorted(values, count);
}

/* The value at `rank` of a resample that holds values[i] drawn[i] times. */
static double value_at_rank(const double *values, const uint32_t *drawn, size_t rank)
{
	size_t i = 0, seen = drawn[0];
	while (seen <= rank)
		seen += drawn[++i];
	return values[i];
}

/* The median of as many values drawn from `values`, which are sorted, with replacement: counted,
 * not sorted again. `drawn` is room for a count each. */
static double resample_median(const double *values, size_t count, uint32_t *drawn, uint64_t *random)
{
	memset(drawn, 0, count * sizeof(*drawn));
	for (size_t i = 0; i < count; i++)
		drawn[random_below(random, count)]++;
	double below = value_at_rank(values, drawn, (count - 1) / 2);
	return count % 2 ? below : mean_of_two(below, value_at_rank(values, drawn, count / 2));
}

static void interval_take(struct spread *spread, double *medians)
{
	qsort(medians, RESAMPLES, sizeof(*medians), compare_doubles);
	spread->low = medians[(size_t)(TAIL * RESAMPLES)];
	spread->high = medians[RESAMPLES - 1 - (size_t)(TAIL * RESAMPLES)];
}

struct spread statistics_spread(double *values, size_t count, uint64_t seed)
{
	if (count == 0)
		return (struct spread){0};
	struct spread spread = {.median = statistics_median(values, count)};
	double medians[RESAMPLES];
	/* Of equal values every resample is the same. Without memory for a bootstrap this is what
	 * is certain: never narrower. */
	spread.low = values[0];
	spread.high = values[count - 1];
	bool is_constant = spread.low == spread.high;
	uint32_t *drawn = is_constant ? NULL : malloc(count * sizeof(*drawn));
	if (!drawn)
		return spread;
	for (size_t i = 0; i < RESAMPLES; i++)
		medians[i] = resample_median(values, count, drawn, &seed);
	interval_take(&spread, medians);
	free(drawn);
	return spread;
}

struct spread statistics_difference(
	double *a, size_t a_count, double *b, size_t b_count, uint64_t seed)
{
	if (a_count == 0 || b_count == 0)
		return (struct spread){0};
	double differences[RESAMPLES];
	double a_median = statistics_median(a, a_count), b_median = statistics_median(b, b_count);
	struct spread spread = {.median = b_median - a_median,
		.low = b[0] - a[a_count - 1],
		.high = b[b_count - 1] - a[0]};
	uint32_t *drawn = malloc((a_count > b_count ? a_count : b_count) * sizeof(*drawn));
	if (!drawn)
		return spread;
	for (size_t i = 0; i < RESAMPLES; i++) {
		double of_b = resample_median(b, b_count, drawn, &seed);
		differences[i] = of_b - resample_median(a, a_count, drawn, &seed);
	}
	interval_take(&spread, differences);
	free(drawn);
	return spread;
}

void statistics_share_pairs(double *a, double *b, size_t count, double level)
{
	for (size_t i = 0; i < count; i++) {
		double mean = mean_of_two(a[i], b[i]);
		if (mean > 0) {
			a[i] = a[i] / mean * level;
			b[i] = b[i] / mean * level;
		}
	}
}

struct spread statistics_paired_difference(
	const double *a, const double *b, size_t count, double *differences, uint64_t seed)
{
	for (size_t i = 0; i < count; i++)
		differences[i] = b[i] - a[i];
	return statistics_spread(differences, count, seed);
}
