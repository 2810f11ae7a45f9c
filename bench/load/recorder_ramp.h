/* What a recorder counts of a ramp (--ramp): of each part of it, what came of the connections and
 * of the exchanges that were due in it. Without a ramp it counts nothing. */
#ifndef BENCH_LOAD_RECORDER_RAMP_H
#define BENCH_LOAD_RECORDER_RAMP_H

#include "bench/load/load_totals.h"
#include "bench/load/ramp.h"

#include <stdint.h>

struct recorder;

/* A start was due then, whether it was made or not. */
void recorder_ramp_due(struct recorder *recorder, uint64_t due_ns);

/* The response of an exchange that was due then ended at `to_ns`, or was given up. */
void recorder_ramp_answered(struct recorder *recorder, uint64_t due_ns, uint64_t to_ns);

/* A connection, or an exchange, that was due then met it. */
void recorder_ramp_met(struct recorder *recorder, uint64_t due_ns, enum ramp_trouble trouble);

/* A connection that was due then, and was not refused, is over. */
void recorder_ramp_ended(struct recorder *recorder, uint64_t due_ns, enum outcome outcome);

#endif
