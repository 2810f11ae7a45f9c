/* A simulation on a terminal: what was refused, and ports held over time as a picture. */
#ifndef BENCH_REPORT_SIMULATION_TEXT_H
#define BENCH_REPORT_SIMULATION_TEXT_H

#include "bench/plan/plan_simulation.h"
#include "bench/report/look.h"

#include <stddef.h>
#include <stdio.h>

void simulation_text_print(const struct plan_simulated *simulated, size_t count,
	const struct look *look, size_t width, FILE *out);

/* What came of one group, in a sentence; nothing where it was not played. */
void simulation_answer_print(const struct plan_simulated *simulated, size_t width, FILE *out);

#endif
