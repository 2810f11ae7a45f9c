/* How long connections wait to be accepted, and those that never were: nothing was taken from their
 * listener's queue any more. */
#ifndef BENCH_JUDGE_ACCEPT_STALL_H
#define BENCH_JUDGE_ACCEPT_STALL_H

#include "bench/trial/record.h"

#include <stdbool.h>
#include <stdint.h>

struct accept_stall {
	/* Connections that waited when the trial had settled, in all queues; 0: there is no stall,
	 * and nothing else is known. */
	uint64_t waiting;
	uint64_t since_ns; /* the one that waits longest has done so since then, at least */
	double oldest_s;
};

/* A queue from which something was taken in the last second is one of a slow server, which may have
 * taken the rest later. */
struct accept_stall accept_stall_of(const struct trial *trial);

/* Mean time, in milliseconds, that one of `opened` connections waited, by Little's law: the mean
 * number that wait is the rate times the time that each waits. NAN without a connection, or with
 * few looks. */
double accept_wait_ms(const struct trial *trial, uint64_t opened);

#endif
