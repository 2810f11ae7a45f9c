/* A server that stood still: for a while no exchange ended, though several were under way. */
#ifndef BENCH_JUDGE_STANDSTILL_H
#define BENCH_JUDGE_STANDSTILL_H

#include "bench/trial/record.h"

#include <stdint.h>

struct standstill {
	/* Exchanges that were under way in each sample of it, at least; 0: it did not stand still,
	 * and nothing else is known. */
	uint64_t waiting;
	/* Of the samples between which none ended, the first and the last, CLOCK_MONOTONIC. */
	uint64_t since_ns, until_ns;
	/* Connections that no accept(2) had taken, in each census of it, at least. */
	uint64_t unaccepted;
	double usual_ms; /* half of the exchanges that were not under way then took at most that */
	double server_cpu_share; /* of one processor, meanwhile */
};

/* The longest one that began inside the window. A server that takes its time for each response
 * looks like it, but its responses usually take as long. So does a loader that has no processor
 * time left to read, which then runs all the time. Of a third-party loader nothing is known. */
struct standstill standstill_of(const struct trial *trial);

#endif
