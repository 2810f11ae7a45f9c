/* When a worker's connections are to begin. In a closed loop one may always begin, and a slow
 * server is asked less often; in an open loop the instants are set beforehand, whatever the server
 * does. */
#ifndef BENCH_LOAD_SCHEDULE_H
#define BENCH_LOAD_SCHEDULE_H

#include "bench/load/ramp.h"

#include <stdbool.h>
#include <stdint.h>

enum arrivals {
	ARRIVALS_CLOSED,  /* no schedule */
	ARRIVALS_FIXED,   /* the same time between any two */
	ARRIVALS_POISSON, /* independent of each other: exponential times between them */
};

struct schedule {
	enum arrivals arrivals;
	double mean_ns;   /* between two starts of this worker */
	double next_ns;   /* since the beginning, at the first rate */
	struct ramp ramp; /* how that rises; of zeros: not at all */
	uint64_t began_ns;
	uint64_t random;
};

/* A worker's share of `rate_per_s`; fixed arrivals of the workers interleave evenly. */
void schedule_init(struct schedule *schedule, enum arrivals arrivals, uint64_t rate_per_s,
	uint64_t seed, uint32_t worker, uint32_t workers);

/* Fixed arrivals begin later by this share of the interval, those of other hosts between them.
 * After schedule_init. */
void schedule_shift(struct schedule *schedule, double share);

/* The rate, which schedule_init was given as it is first, rises. Before schedule_begin. */
void schedule_rise(struct schedule *schedule, const struct ramp *ramp);

/* The instant (CLOCK_MONOTONIC) that the schedule counts from. */
void schedule_begin(struct schedule *schedule, uint64_t now_ns);

static inline bool schedule_is_open(const struct schedule *schedule)
{
	return schedule->arrivals != ARRIVALS_CLOSED;
}

/* The intended instant of the next start; 0 in a closed loop: it is always due. */
uint64_t schedule_due_ns(const struct schedule *schedule);

/* Goes on to the start after it. */
void schedule_advance(struct schedule *schedule);

/* Skips what was due before the instant, at most `limit`; returns how many. 0 in a closed loop. */
uint64_t schedule_skip(struct schedule *schedule, uint64_t before_ns, uint64_t limit);

#endif
