/* A plan that was played, for programs: key `verify` of schema teardown-plan/1 (docs/plan.md). */
#ifndef BENCH_REPORT_PLAN_VERIFY_JSON_H
#define BENCH_REPORT_PLAN_VERIFY_JSON_H

#include "bench/plan/plan_verify.h"

#include <jansson.h>

/* To be released; NULL when there is no memory. */
json_t *plan_verify_json(const struct plan_verified *verified, size_t count);

#endif
