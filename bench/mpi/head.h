/* The part of rank 0: it waits for all hosts, says when a load begins, and makes one result of
 * theirs. */
#ifndef BENCH_MPI_HEAD_H
#define BENCH_MPI_HEAD_H

#include "bench/mpi/host.h"
#include "common/error.h"

#include <stdbool.h>

/* Plays it to its end. Returns the exit status, or -1 for that of the error; `is_lost` is set where
 * other ranks may still run. */
int head_lead(
	struct host *host, const struct options_given *given, bool *is_lost, struct error *error);

#endif
