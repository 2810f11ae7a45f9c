/* A plan that was played beside what its formulas forecast of it. A pure function. */
#ifndef BENCH_PLAN_PLAN_VERIFY_H
#define BENCH_PLAN_PLAN_VERIFY_H

#include "bench/judge/reasons.h"
#include "bench/plan/plan_course.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

/* As far as a forecast may be off. */
#define PLAN_VERIFY_SHARE 0.02

/* Of one strategy. */
struct plan_verified {
	const struct td_strategy *strategy;
	struct error cannot; /* why it was not played; no text: it was */
	double rate;         /* connections a second; infinite: a closed loop */
	double ports, seconds;
	struct plan_course predicted, measured;
	struct reasons reasons; /* why the figures tell nothing of the plan */
};

/* A line of the comparison. */
struct plan_verify_row {
	const struct plan_figure *figure;
	double predicted, measured;
	double error;   /* share of what was predicted; NAN: there is none */
	bool is_within; /* PLAN_VERIFY_SHARE, or 1 of what is counted */
};

/* What both know, and is not nothing in both but for refusals. Returns how many rows there are. */
size_t plan_verify_rows(
	const struct plan_verified *verified, struct plan_verify_row rows[PLAN_FIGURES]);

#endif
