/* Mann and Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger than
 * the Other", 1947. */
#include "bench/statistics/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* 50 over 25 is below 2^53: every count of arrangements is an exact double. */
#define EXACT_MAX 25

struct ranked {
	double value;
	bool of_a;
};

static int compare_ranked(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->value, y = ((const struct ranked *)b)->value;
	return (x > y) - (x < y);
}

/* Half the arrangements of a and b have U at most this: twice their share. The counts by U are the
 * coefficients of the Gaussian binomial, product over i of (1 - q^(b+i)) / (1 - q^i). */
static double exact_p(size_t a, size_t b, double u)
{
	double ways[EXACT_MAX * EXACT_MAX + 1] = {1};
	size_t top = a * b;
	double below = 0, all = 0;
	for (size_t i = 1; i <= a; i++) {
		for (size_t k = top; k >= b + i; k--)
			ways[k] -= ways[k - b - i];
		for (size_t k = i; k <= top; k++)
			ways[k] += ways[k - i];
	}
	for (size_t k = 0; k <= top; k++) {
		all += ways[k];
		below += (double)k <= u ? ways[k] : 0;
	}
	return fmin(1, 2 * below / all);
}

/* `ties`: the sum of t^3 - t over groups of t equal values. */
static double normal_p(double a, double b, double u, double ties)
{
	double n = a + b;
	double variance = a * b / 12 * (n + 1 - ties / (n * (n - 1)));
	double distance = a * b / 2 - u - 0.5;
	if (variance <= 0 || distance <= 0)
		return 1;
	return erfc(distance / sqrt(variance) / sqrt(2));
}

/* Equal values share the mean of their ranks. Returns the sum of a's ranks. */
static double ranks_sum(const struct ranked *all, size_t count, double *ties)
{
	double sum = 0;
	*ties = 0;
	for (size_t from = 0, to; from < count; from = to) {
		size_t of_a = 0;
		for (to = from; to < count && all[to].value <= all[from].value; to++)
			of_a += all[to].of_a;
		double equal = (double)(to - from);
		sum += (double)of_a * ((double)(from + to + 1) / 2);
		*ties += equal * equal * equal - equal;
	}
	return sum;
}

double statistics_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count)
{
	size_t count = a_count + b_count;
	double ties, m = (double)a_count, n = (double)b_count;
	struct ranked *all = malloc((count + 1) * sizeof(*all));
	if (!all || a_count == 0 || b_count == 0) {
		free(all);
		return 1;
	}
	for (size_t i = 0; i < count; i++)
		all[i] = (struct ranked){i < a_count ? a[i] : b[i - a_count], .of_a = i < a_count};
	qsort(all, count, sizeof(*all), compare_ranked);
	double u = ranks_sum(all, count, &ties) - m * (m + 1) / 2;
	free(all);
	u = fmin(u, m * n - u);
	if (ties <= 0 && a_count <= EXACT_MAX && b_count <= EXACT_MAX)
		return exact_p(a_count, b_count, u);
	return normal_p(m, n, u, ties);
}
