/* When connect(2) became slower for good, as the loader has timed it: the one instant that parts
 * its times best, whatever a model says of it. A pure function of the samples. */
#ifndef BENCH_PLAN_CONNECT_STEP_H
#define BENCH_PLAN_CONNECT_STEP_H

#include "bench/trial/record.h"

#include <stdint.h>

struct connect_step {
	uint64_t at_ns;             /* CLOCK_MONOTONIC; 0: it did not */
	double before_us, after_us; /* geometric means */
};

/* Times behind the first connect(2) that found no port are left out: each failure walks through all
 * ports. */
struct connect_step connect_step_of(const struct trial *trial);

#endif
