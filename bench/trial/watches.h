/* What looks at the server and its sockets while the load runs: the watches of a stage, turn by
 * turn */
#ifndef BENCH_TRIAL_WATCHES_H
#define BENCH_TRIAL_WATCHES_H

#include "bench/trial/record.h"
#include "bench/trial/stage.h"

#define TRIAL_TURN_NS (20 * NS_PER_MS)

/* Before the load. Returns 0 or -1. */
int watches_prepare(struct stage *stage, struct trial *trial, struct error *error);

/* Waits for the next turn, at most until then (CLOCK_MONOTONIC). */
void watches_pause(struct stage *stage, uint64_t until_ns);

/* A turn of the load. Returns 0 or -1. */
int watches_look(struct stage *stage, struct trial *trial, struct error *error);

/* What the server's threads do, which of its processes are stopped, and whether it still runs: that
 * it ended is a failure of the trial, not of the run. */
void watches_look_at_server(struct stage *stage, struct trial *trial);

#endif
