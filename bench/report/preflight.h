/* What is found out, and said, before the first trial of a run. */
#ifndef BENCH_REPORT_PREFLIGHT_H
#define BENCH_REPORT_PREFLIGHT_H

#include "bench/options/options.h"
#include "bench/trial/shared_hosts.h"
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

/* Asks this host for what each strategy needs; or looks it up in what the hosts of a shared network
 * have (NULL: the network is the run's own). What is lacking is noted in `result`, and said on
 * `out` (NULL: nowhere): that is no fault where all were asked for. */
void preflight_strategies(struct preflight *preflight, const struct run_options *options,
	const struct shared_hosts *hosts, json_t *result, FILE *out);

/* Where the network has a wire: measures what it carries on this host, notes that in `result`, and
 * says it on `out` (NULL: nowhere). Returns 0, or -1 where there can be no wire. */
int preflight_wire(
	const struct run_options *options, json_t *result, FILE *out, struct error *error);

/* Says on `out` where the responses cannot arrive within --timeout: measures what this host
 * carries, unless so little is needed that any host carries it; or takes what preflight_wire has
 * noted. */
void preflight_responses(const struct run_options *options, const json_t *result, FILE *out);

#endif
