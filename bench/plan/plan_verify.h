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
/* Whatever the share: what is counted comes whole, and samples come every 0.1 s. */
#define PLAN_VERIFY_COUNT 1
#define PLAN_VERIFY_SECONDS 0.1

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
	bool is_within; /* as far as it may be off */
};

/* What both know, and is not nothing in both but for refusals. Returns how many rows there are. */
size_t plan_verify_rows(
	const struct plan_verified *verified, struct plan_verify_row rows[PLAN_FIGURES]);

/* Whether its figures tell of the plan: it was played, and as asked. */
bool plan_verify_is_valid(const struct plan_verified *verified);

/* What the exit status is to say of them. Returns 0, or -1 with the reason: STATUS_FAILED where a
 * trial failed or was not as asked; else STATUS_HOST_CANNOT where this host cannot play one. It is
 * no failure that a strategy has nothing to be played (STATUS_USAGE), nor to be interrupted. */
int plan_verify_judge(const struct plan_verified *verified, size_t count, struct error *error);

#endif
