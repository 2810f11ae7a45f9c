/* Charts of a simulation: ports held, and rates, over time. */
#ifndef BENCH_REPORT_HTML_SIMULATION_PLOTS_H
#define BENCH_REPORT_HTML_SIMULATION_PLOTS_H

#include "bench/plan/plan_simulation.h"

#include <stddef.h>
#include <stdio.h>

/* The names of the lines, as a JSON array for frame_end(). */
extern const char simulation_plots_names[];

/* Writes both charts of a group that was played; `number` tells it from other groups of the page.
 * Members of the script's data go to `data`, each behind a comma where others were. */
void simulation_plots_write(
	const struct plan_simulated *simulated, size_t number, FILE *out, FILE *data);

#endif
