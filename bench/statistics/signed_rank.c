/* Wilcoxon, "Individual comparisons by ranking methods", 1945. */
#include "bench/statistics/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* 2 to the 50th is below 2^53: every count of signs is an exact double. */
#define EXACT_MAX 50
#define EXACT_SUM (EXACT_MAX * (EXACT_MAX + 1) / 2)

struct sized {
	double size;
	bool is_more;
};

static int compare_sized(const void *a, const void *b)
{
	double x = ((const struct sized *)a)->size, y = ((const struct sized *)b)->size;
	return (x > y) - (x < y);
}

/* Twice the share of the 2^count choices of signs whose positive ranks sum to `sum` at most. */
static double exact_p(size_t count, double sum)
{
	double ways[EXACT_SUM + 1] = {1}, below = 0;
	for (size_t rank = 1, top = 0; rank <= count; rank++) {
		top += rank;
		for (size_t k = top; k >= rank; k--)
			ways[k] += ways[k - rank];
	}
	for (size_t k = 0; k <= EXACT_SUM && (double)k <= sum; k++)
		below += ways[k];
	return fmin(1, 2 * below / ldexp(1, (int)count));
}

/* `ties`: the sum of t^3 - t over groups of t equal sizes. */
static double normal_p(double n, double sum, double ties)
{
	double variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
	double distance = n * (n + 1) / 4 - sum - 0.5;
	return variance <= 0 || distance <= 0 ? 1 : erfc(distance / sqrt(2 * variance));
}

/* Equal sizes share the mean of their ranks. Returns the sum of the ranks of what is more. */
static double ranks_sum(const struct sized *all, size_t count, double *ties)
{
	double sum = 0;
	*ties = 0;
	for (size_t from = 0, to; from < count; from = to) {
		size_t more = 0;
		for (to = from; to < count && all[to].size <= all[from].size; to++)
			more += all[to].is_more;
		double equal = (double)(to - from);
		sum += (double)more * ((double)(from + to + 1) / 2);
		*ties += equal * equal * equal - equal;
	}
	return sum;
}

double statistics_signed_rank(const double *a, const double *b, size_t count)
{
	double ties;
	size_t used = 0;
	struct sized *all = malloc((count + 1) * sizeof(*all));
	for (size_t i = 0; all && i < count; i++)
		if (b[i] < a[i] || b[i] > a[i])
			all[used++] = (struct sized){fabs(b[i] - a[i]), b[i] > a[i]};
	if (used == 0) {
		free(all);
		return 1;
	}
	qsort(all, used, sizeof(*all), compare_sized);
	double n = (double)used, sum = ranks_sum(all, used, &ties);
	free(all);
	sum = fmin(sum, n * (n + 1) / 2 - sum);
	return ties <= 0 && used <= EXACT_MAX ? exact_p(used, sum) : normal_p(n, sum, ties);
}
