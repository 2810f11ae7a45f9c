/* What came of one strategy over its trials: what the table's row and the answer above it are made
 * of. A pure function of the result. */
#ifndef BENCH_REPORT_ANSWER_OUTCOME_H
#define BENCH_REPORT_ANSWER_OUTCOME_H

#include "bench/statistics/statistics.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Who was left with TIME_WAIT in all trials that count, as measured; in the order of the table. */
enum outcome_holder {
	OUTCOME_AT_SERVER,
	OUTCOME_AT_CLIENT,
	OUTCOME_AT_NOBODY,
	OUTCOME_AT_BOTH,
	OUTCOME_MIXED, /* in a trial, or from trial to trial */
	OUTCOME_UNKNOWN,
	OUTCOME_HOLDERS
};

/* What the strategy says that it gives up, as bits; in the order of the table. */
enum outcome_price {
	OUTCOME_GIVES_NOTHING = 0,
	OUTCOME_GIVES_TAIL = 1,
	OUTCOME_GIVES_GUARD = 2, /* protection from segments of an earlier connection */
	OUTCOME_UNDECLARED = 4   /* of a third-party server, and in files of before 0.1.0 */
};

/* The median over trials, with its interval. */
struct outcome_figure {
	bool is_known;
	bool is_at_most; /* an upper bound in some of these trials: no rate to compare */
	size_t count;    /* trials that have it */
	struct spread spread;
};

struct outcome {
	const char *strategy; /* the result's own */
	size_t trials, valid;
	enum outcome_holder holder;
	unsigned price;   /* of enum outcome_price */
	bool binds;       /* its ports are bound, and a TIME_WAIT keeps none from a connection */
	double exchanges; /* on a connection: as measured, or as declared; 0: not known */
	/* Of valid trials; of the hop behind a proxy, where none is, of all. */
	struct outcome_figure rate, p99;
	struct outcome_figure held_share;
	struct outcome_figure held_after_s; /* when all ports are held at its rate */
	/* Of all trials: what was lost is what makes them invalid. */
	size_t ports_known;
	double ports_held, ports; /* of the trial that held the greatest share */
	size_t loss_known, losers, exhausted;
	struct outcome_figure lost_share, lost_bytes, refused_share, exhausted_s;
	const char *reason; /* the first that a trial of it is invalid; NULL: there is none */
};

struct outcomes {
	size_t count;
	struct outcome *list;  /* in the order of the table */
	const char *rate;      /* what `rate` is: "exchanges_per_s", or "rate_per_s" where no trial
				  has that */
	double response_bytes; /* of a response's body; 0: not known */
};

/* Grouped by holder, in a group by what is given up, then by rate; what has no valid trial comes
 * last of its like. To be released with outcomes_finish(). */
struct outcomes outcomes_of(const json_t *result);
void outcomes_finish(struct outcomes *outcomes);

/* The path of a metric in a trial, its median over the strategy's trials that count for it. */
struct outcome_figure outcome_figure_of(
	const json_t *result, const char *strategy, const char *name);

/* The same over the trials that are shown (metric_trials_shown), in a row that says whether they
 * are valid. */
struct outcome_figure outcome_figure_shown(
	const json_t *result, const char *strategy, const char *name);

#endif
