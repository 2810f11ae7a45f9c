/* One host of a fleet: a process that plays the trials, which was forked off before MPI began and
 * knows nothing of it, and this one, which speaks for it. */
#ifndef BENCH_MPI_HOST_H
#define BENCH_MPI_HOST_H

#include "bench/mpi/fleet_options.h"
#include "bench/mpi/messages.h"
#include "common/error.h"

#include <stdint.h>

struct host {
	const struct fleet_options *options;
	int fd; /* to the process that plays */
	char name[HOST_NAME_SIZE];
};

/* Before MPI_Init: starts the process that plays, which ends with this one. Returns 0 or -1. */
int host_start(struct host *host, const struct fleet_options *options,
	const struct options_given *given, struct error *error);

/* Tells it which host of how many it plays. Returns 0 or -1. */
int host_begin(struct host *host, uint32_t rank, uint32_t hosts, struct error *error);

/* The next that it says. Where it says nothing in time, that is a FLEET_FAILED with its reason. */
struct fleet_message host_hear(const struct host *host, uint64_t within_ns);

/* Of its trial: how long it may take from the agreed start to its result. */
uint64_t host_trial_ns(const struct host *host);

/* The part of each rank but 0, to its end. Returns 0 or -1. */
int host_follow(struct host *host, struct error *error);

#endif
