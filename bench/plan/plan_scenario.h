/* Options of a plan in a file, a line each: `rate = 600/s`, `jitter`; "#" begins a comment. */
#ifndef BENCH_PLAN_PLAN_SCENARIO_H
#define BENCH_PLAN_PLAN_SCENARIO_H

#include "bench/plan/plan_options.h"
#include "common/error.h"
#include "common/options.h"

#include <stddef.h>

#define PLAN_SCENARIO_LINES_MAX 64

struct plan_scenario {
	struct plan_options options; /* of the file, with what the command line says above it */
	struct options_given given;  /* by either */
	size_t count;
	char *lines[PLAN_SCENARIO_LINES_MAX]; /* that options point into */
};

/* Begins with what the command line says, and reads the file that it names, if it does. Returns 0,
 * or -1 with STATUS_USAGE and the reason. The scenario is to be finished in either case. */
int plan_scenario_read(struct plan_scenario *scenario, const struct plan_options *options,
	const struct options_given *given, struct error *error);
void plan_scenario_finish(struct plan_scenario *scenario);

#endif
