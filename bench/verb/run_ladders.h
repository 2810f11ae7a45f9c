/* run --ladders: a connection of each strategy, segment by segment. */
#ifndef BENCH_VERB_RUN_LADDERS_H
#define BENCH_VERB_RUN_LADDERS_H

#include "bench/verb/run_trials.h"

/* After the trials: plays one connection of each strategy that has some, and adds its ladder to the
 * result. Returns 0, or -1 with an error where one could not be kept; the others are. */
int run_ladders_play(struct run *run, struct error *error);

#endif
