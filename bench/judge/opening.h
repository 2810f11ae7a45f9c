/* Until when a third-party loader opened connections. One that stopped long before its end has no
 * rate that goes on: a pool that is full, or a loader that finds no port and does not say so. */
#ifndef BENCH_JUDGE_OPENING_H
#define BENCH_JUDGE_OPENING_H

#include "bench/trial/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct opening {
	/* The last connection was opened then (CLOCK_MONOTONIC), in the first half of the load; 0:
	 * later ones were, or it is not known. */
	uint64_t ended_ns;
	bool is_idle; /* and behind it a census found no connection that was open */
};

/* Of a load that ended as it was to, and was not asked for so many connections as it opened. */
struct opening opening_of(const struct trial *trial, uint64_t opened);

/* How many samples there are of the load: until the loader's end. */
size_t opening_samples(const struct trial *trial);

/* The first sample by which so many connections had been opened. */
size_t opening_by(const struct trial *trial, uint64_t opens);

/* When the connections were opened that this sample is the first to show: it came up to a period
 * later. Where connections were opened again behind it, only the sample is known. */
uint64_t opening_last_ns(const struct trial *trial, const struct sample *since);

#endif
