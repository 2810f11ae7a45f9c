/* Two sets of trials, metric by metric: what differs, and what cannot be told from noise. */
#ifndef BENCH_RESULT_COMPARISON_H
#define BENCH_RESULT_COMPARISON_H

#include "bench/result/metric.h"
#include "bench/statistics/statistics.h"

#include <jansson.h>
#include <stdbool.h>

/* Of all that is compared at once. Not 0.05, which keeps 95 of 100 only on average: every second
 * hundred of A/A comparisons would have more than five alarms. At 0.02, one hundred in 65 has. */
#define COMPARISON_ADJUSTED_ALPHA 0.02
/* Of one metric alone. */
#define COMPARISON_ALPHA 0.05
/* With fewer valid trials a side nothing is said: of four against four, the least p is 2/70. */
#define COMPARISON_TRIALS_LEAST 5

struct comparison_row {
	const struct metric *metric;
	double a, b;              /* medians */
	struct spread difference; /* b less a, in the metric's unit, with its 95 % interval */
	double p;                 /* Mann-Whitney, of this metric alone */
	double p_adjusted; /* adjusted for all that is compared at once: multiple_comparisons.h */
	bool told; /* both p below their alpha, an interval without 0, trials enough; else "~" */
};

/* One strategy's trials against another's, or its own in another file. */
struct comparison {
	const char *a, *b;           /* strategies; not owned */
	json_t *a_trials, *b_trials; /* the valid ones */
	size_t a_all, b_all;
	size_t row_count; /* metrics that both sides have */
	struct comparison_row *rows;
};

/* Returns 0, or -1 when there is no memory; to be released with comparison_finish either way. */
int comparison_init(struct comparison *comparison, const json_t *a_result, const char *a,
	const json_t *b_result, const char *b);
void comparison_finish(struct comparison *comparison);

/* Judges all that one command compares together: where nothing differs, all rows of all comparisons
 * are "~" in at least 95 of 100 runs. Returns 0, or -1 when there is no memory. */
int comparison_judge(struct comparison *comparisons, size_t count, uint64_t seed);

/* Whether both sides have valid trials enough for anything to be said. */
bool comparison_has_enough(const struct comparison *comparison);

#endif
