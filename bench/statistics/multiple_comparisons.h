/* Many metrics of many strategies compared at once: of a hundred comparisons of the same with the
 * same, five are "significant" at 5 %. The correction here is max-T permutation (Westfall and
 * Young, "Resampling-Based Multiple Testing", 1993). The labels A and B are dealt out again to
 * whole trials; a metric's p is the share of deals in which *any* metric of *any* strategy differs
 * as much as this one did. So where nothing differs, the chance that any p is below alpha is at
 * most alpha, and metrics that move together (rate and latency) do not pay for each other as they
 * would with Bonferroni's division, which could say nothing with five trials. */
#ifndef BENCH_STATISTICS_MULTIPLE_COMPARISONS_H
#define BENCH_STATISTICS_MULTIPLE_COMPARISONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two sets of trials of one strategy, and what was measured in each. */
struct compared_sets {
	size_t a_count, b_count, metrics;
	/* By metric, then by trial: those of A, then those of B. NAN: not measured in this trial.
	 */
	const double *values;
	double *p; /* one a metric; filled */
	/* The Welch's t that a real difference has to exceed for a p below alpha; filled. INFINITY
	 * where no difference is large enough. */
	double critical;
	/* Whether trial i of A and trial i of B are twins, as many on either side: labels are then
	 * dealt within each pair, and t is that of the differences. */
	bool is_paired;
};

/* Returns 0, or -1 when there is no memory. */
int multiple_comparisons_adjust(
	struct compared_sets *compared, size_t count, uint64_t seed, double alpha);

#endif
