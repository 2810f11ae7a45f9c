/* What connections of a plan take beside ports and TIME_WAITs, on a terminal. */
#ifndef BENCH_REPORT_PLAN_COSTS_TEXT_H
#define BENCH_REPORT_PLAN_COSTS_TEXT_H

#include "bench/plan/plan_model.h"

#include <stddef.h>
#include <stdio.h>

/* A table with a line a strategy, where a response, or a pause of the server, was asked for. */
void plan_costs_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, size_t width, FILE *out);

#endif
