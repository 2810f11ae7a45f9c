/* The strategy that a plan would take, on a terminal. */
#ifndef BENCH_REPORT_PLAN_CHOICE_TEXT_H
#define BENCH_REPORT_PLAN_CHOICE_TEXT_H

#include "bench/plan/plan_model.h"

#include <stddef.h>
#include <stdio.h>

/* `chosen`: of those that were asked for; NULL: none holds the rate. `better`: of all others one
 * that holds it where `chosen` does not, or does slowly; NULL: there is none. */
void plan_choice_print(const struct plan_asked *asked, const struct plan_figures *chosen,
	const struct plan_figures *better, size_t width, FILE *out);

#endif
