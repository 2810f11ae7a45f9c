/* The page of a plan: what holds, which strategy, and what was simulated, over time. */
#ifndef BENCH_REPORT_HTML_PLAN_PAGE_H
#define BENCH_REPORT_HTML_PLAN_PAGE_H

#include "bench/plan/plan_doctor.h"
#include "bench/plan/plan_model.h"
#include "bench/plan/plan_simulation.h"

#include <stddef.h>
#include <stdio.h>

struct plan_page {
	const struct plan_asked *asked;
	const struct plan_doctor *host; /* that it is made from; NULL: none */
	const char *overruled;          /* of the host: as of plan_doctor_print */
	const struct plan_figures *figures;
	size_t count;
	const struct plan_figures *chosen, *better; /* as of plan_choice_print */
	const struct plan_simulated *simulated;     /* NULL: nothing was simulated */
	size_t simulated_count;
};

/* Returns 0, or -1 when there is no memory. */
int plan_page_write(const struct plan_page *page, FILE *out);

#endif
