/* The time between the end of the load and the last sample: connections that are being closed get
 * to their end. */
#ifndef BENCH_TRIAL_SETTLE_H
#define BENCH_TRIAL_SETTLE_H

#include "bench/trial/record.h"
#include "bench/trial/stage.h"

/* Reads `trial->after` until no connection of the load is open and no other is being closed, or for
 * as long as the network's delay and loss may make a close take. Returns 0 or -1. */
int trial_settle(struct stage *stage, struct trial *trial, struct error *error);

#endif
