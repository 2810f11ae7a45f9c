/* trace --strategy: one connection of a strategy, played here. */
#ifndef BENCH_VERB_TRACE_STRATEGY_H
#define BENCH_VERB_TRACE_STRATEGY_H

#include "bench/trial/played.h"
#include "bench/verb/trace_passes.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdio.h>

struct played_strategy {
	struct played played;
	struct state_course tracker[VIEW_ENDS]; /* once the ladder was seen */
	bool has_ladder;
};

/* Whether its options agree with the others. Returns 0 or -1. */
int trace_strategy_check(const struct trace_options *options, struct error *error);

/* Plays it. Returns 0 or -1. */
int trace_strategy_play(
	struct played_strategy *played, const struct trace_options *options, struct error *error);

/* Keeps the states that the ladder shows. */
void trace_strategy_see(struct played_strategy *played, const struct ladder *ladder,
	const struct connection_view *view);

/* Says on `out` what the kernel's states were; NULL: nowhere. Returns 0, or -1 where they are not
 * those of the ladder. */
int trace_strategy_judge(const struct played_strategy *played, FILE *out, struct error *error);

#endif
