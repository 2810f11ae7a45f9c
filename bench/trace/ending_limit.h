/* --fail-if of trace: 'reset > 1%', 'keep-alive-race >= 3', 'bytes-lost > 0'. NAME OPERATOR NUMBER,
 * where NAME is an end, a cause of a reset, connections or bytes-lost; with % it is the share of
 * all connections. */
#ifndef BENCH_TRACE_ENDING_LIMIT_H
#define BENCH_TRACE_ENDING_LIMIT_H

#include "bench/trace/tally.h"
#include "common/error.h"
#include "common/options.h"

#include <stdio.h>

/* Whether all can be understood: asked before any work. Returns 0 or -1. */
int ending_limits_check(const struct option_list *limits, struct error *error);

/* Says on `out` which are crossed. Returns STATUS_THRESHOLD where one is, or STATUS_OK. */
enum status ending_limits_judge(
	const struct option_list *limits, const struct tally *tally, FILE *out);

#endif
