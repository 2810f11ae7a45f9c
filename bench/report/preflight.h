/* What is found out, and said, before the first trial of a run. */
#ifndef BENCH_REPORT_PREFLIGHT_H
#define BENCH_REPORT_PREFLIGHT_H

#include "bench/options/options.h"
#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What of the run cannot be carried out. */
struct preflight {
	bool cannot[RUN_STRATEGIES_MAX]; /* as options->chosen */
	size_t able;                     /* strategies that can be run */
	/* Why the first one cannot that is missed: it was asked for by its name, or none can. No
	 * text: none is missed. */
	struct error lacking;
};

/* Asks this host for what each strategy needs. What it lacks is noted in `result`, and said on
 * `out` (NULL: nowhere): that is no fault where all were asked for. */
void preflight_strategies(
	struct preflight *preflight, const struct run_options *options, json_t *result, FILE *out);

/* Says on `out` where the responses cannot arrive within --timeout: measures what this host
 * carries, unless so little is needed that any host carries it. */
void preflight_responses(const struct run_options *options, FILE *out);

#endif
