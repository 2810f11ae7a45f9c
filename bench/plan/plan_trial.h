/* A plan that is played: the options of its trial, and the course that the trial has shown. */
#ifndef BENCH_PLAN_PLAN_TRIAL_H
#define BENCH_PLAN_PLAN_TRIAL_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"
#include "bench/options/options.h"
#include "bench/plan/plan_course.h"
#include "bench/trial/record.h"
#include "common/error.h"

/* Connections that are opened without a pause, in a closed loop. */
#define PLAN_TRIAL_CONNECTIONS 64

/* What `teardown run` would be asked for. `asked` is scaled (plan_scale.h). The options point into
 * `texts`, and both stay where they are. Returns 0 or -1. */
#define PLAN_TRIAL_TEXTS 12
#define PLAN_TRIAL_TEXT_MAX 64
struct plan_trial_options {
	struct run_options run;
	char texts[PLAN_TRIAL_TEXTS][PLAN_TRIAL_TEXT_MAX];
};
int plan_trial_options_make(struct plan_trial_options *options, const struct plan_asked *asked,
	const struct td_strategy *strategy, uint64_t duration_ns, struct error *error);

struct plan_course plan_course_measured(
	const struct trial *trial, const struct figures *figures, const struct plan_terms *terms);

/* Why the figures tell nothing of the plan: as validity_reasons, but for what a plan is to show.
 * `trial` is not to be used otherwise then. */
struct reasons plan_trial_reasons(struct trial *trial);

#endif
