/* A plan, for programs: schema teardown-plan/1 (docs/plan.md). */
#ifndef BENCH_REPORT_PLAN_JSON_H
#define BENCH_REPORT_PLAN_JSON_H

#include "bench/plan/plan_doctor.h"
#include "bench/plan/plan_model.h"

#include <jansson.h>
#include <stddef.h>

/* To be released; NULL when there is no memory. `chosen` is one of the figures, or NULL. */
json_t *plan_json(const struct plan_asked *asked, const struct plan_figures *figures, size_t count,
	const struct plan_figures *chosen, const struct td_strategy *better);

/* Which host it is made from; `overruled` as of plan_doctor_take. */
json_t *plan_doctor_json(const struct plan_doctor *found, const char *overruled);

#endif
