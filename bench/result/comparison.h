/* Two sets of trials, metric by metric: what differs, and what cannot be told from noise. */
#ifndef BENCH_RESULT_COMPARISON_H
#define BENCH_RESULT_COMPARISON_H

#include "bench/result/metric.h"
#include "bench/statistics/power.h"
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

/* Of pairs of twins: of seven, two of 128 deals are the observed one, so a difference that is real
 * has 0.4 % left of the 2 %. */
#define COMPARISON_PAIRS_LEAST 8

/* Of what was lost, and when: a schedule makes these so much alike from trial to trial that the
 * microseconds of a busier machine would be told. With an interval within this share of A's median
 * there is no difference. */
#define COMPARISON_LOSS_MARGIN 0.01

struct comparison_row {
	const struct metric *metric;
	double a, b;              /* medians */
	struct spread difference; /* b less a, in the metric's unit, with its 95 % interval */
	double p;                 /* of this metric alone: Mann-Whitney; of twins, Wilcoxon */
	double p_adjusted; /* adjusted for all that is compared at once: multiple_comparisons.h */
	bool enough;       /* of both sides as many values as have to be there */
	bool told; /* both p below their alpha, an interval without 0, trials enough; else "~" */
	struct welch welch; /* the means' spread */
	/* The difference, in the metric's unit, that eight of ten such comparisons would tell: from
	 * the trials' own spread, and corrected for all that is compared at once. INFINITY where no
	 * difference could be told, NAN where trials are not enough. */
	double detectable;
};

/* One strategy's trials against another's, or its own in another file. */
struct comparison {
	const char *a, *b; /* strategies; not owned */
	/* Two strategies of one run that played them at the same time: the trials are of rounds in
	 * which both have one, trial i of A beside trial i of B. */
	bool is_paired;
	json_t *a_trials, *b_trials; /* the valid ones */
	json_t *a_all, *b_all;       /* the invalid ones, too */
	/* Metrics that both sides have. The first `valid_rows` are of valid trials; those behind
	 * them tell of what was lost, and are of all trials (field.of_invalid). */
	size_t row_count, valid_rows;
	struct comparison_row *rows;
};

/* Returns 0, or -1 when there is no memory; to be released with comparison_finish either way. */
int comparison_init(struct comparison *comparison, const json_t *a_result, const char *a,
	const json_t *b_result, const char *b);
void comparison_finish(struct comparison *comparison);

/* Judges all that one command compares together: where nothing differs, all rows of all comparisons
 * are "~" in at least 95 of 100 runs. Returns 0, or -1 when there is no memory. */
int comparison_judge(struct comparison *comparisons, size_t count, uint64_t seed);

/* How many trials a side it takes for anything to be said; of twins, how many pairs. */
size_t comparison_least(const struct comparison *comparison);

/* Whether both sides have valid trials enough for anything to be said; and whether they have trials
 * enough of any kind. */
bool comparison_has_enough(const struct comparison *comparison);
bool comparison_has_enough_of_all(const struct comparison *comparison);

#endif
