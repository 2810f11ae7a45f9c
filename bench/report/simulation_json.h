/* A simulation, for programs: the key `simulation` of schema teardown-plan/1 (docs/plan.md). */
#ifndef BENCH_REPORT_SIMULATION_JSON_H
#define BENCH_REPORT_SIMULATION_JSON_H

#include "bench/plan/plan_simulation.h"

#include <jansson.h>
#include <stddef.h>

/* To be released; NULL when there is no memory. */
json_t *simulation_json(const struct plan_simulated *simulated, size_t count);

#endif
