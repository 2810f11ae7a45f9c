#include "bench/plan/simulate/alias.h"

#include <math.h>
#include <stdlib.h>

/* Standard deviations on either side of the mean that a table has, and values beside them. */
#define POISSON_WIDTH 8
#define POISSON_LEAST 16

/* Cells whose weight is below the mean are filled up by those above it. */
static void cells_fill(struct alias *alias, double *share, uint32_t *stack)
{
	size_t count = alias->count, small = 0, large = count;
	for (size_t i = 0; i < count; i++)
		stack[share[i] < 1 ? small++ : --large] = (uint32_t)i;
	while (small > 0 && large < count) {
		uint32_t poor = stack[--small], rich = stack[large];
		double limit = share[poor] * 0x1p32;
		alias->cells[poor].limit = limit >= 0x1p32 ? UINT32_MAX : (uint32_t)limit;
		alias->cells[poor].other = rich;
		share[rich] -= 1 - share[poor];
		if (share[rich] < 1) {
			large++;
			stack[small++] = rich;
		}
	}
	/* What is left is full, but for rounding. */
	while (small > 0 || large < count) {
		uint32_t full = small > 0 ? stack[--small] : stack[large++];
		alias->cells[full] = (struct alias_cell){UINT32_MAX, full};
	}
}

int alias_init(struct alias *alias, uint64_t first, const double *weights, size_t count)
{
	*alias = (struct alias){.first = first, .count = count};
	alias->cells = calloc(count, sizeof(*alias->cells));
	double *share = calloc(count, sizeof(*share)), sum = 0;
	uint32_t *stack = calloc(count, sizeof(*stack));
	int result = alias->cells && share && stack ? 0 : -1;
	if (result == 0) {
		for (size_t i = 0; i < count; i++)
			sum += weights[i];
		for (size_t i = 0; i < count; i++)
			share[i] = weights[i] * (double)count / sum;
		cells_fill(alias, share, stack);
	}
	free(share);
	free(stack);
	return result;
}

void alias_finish(struct alias *alias)
{
	free(alias->cells);
	alias->cells = NULL;
}

int alias_init_poisson(struct alias *alias, double mean)
{
	double reach = POISSON_WIDTH * sqrt(mean) + POISSON_LEAST;
	double low = mean > reach ? floor(mean - reach) : 0;
	size_t count = (size_t)(mean + reach - low) + 1;
	double *weights = calloc(count, sizeof(*weights));
	if (!weights) {
		*alias = (struct alias){0};
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		double k = low + (double)i;
		int sign; /* of lgamma(3), which keeps it where all threads write */
		weights[i] = mean > 0 ? exp(k * log(mean) - mean - lgamma_r(k + 1, &sign)) : k == 0;
	}
	int result = alias_init(alias, (uint64_t)low, weights, count);
	free(weights);
	return result;
}
