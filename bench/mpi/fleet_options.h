/* The options of teardown-mpi: those of `teardown run`, and what a fleet has beside them. */
#ifndef BENCH_MPI_FLEET_OPTIONS_H
#define BENCH_MPI_FLEET_OPTIONS_H

#include "bench/options/options.h"
#include "common/error.h"
#include "common/options.h"

#include <stdint.h>

struct fleet_options {
	struct run_options run; /* as typed */
	uint64_t hosts;         /* 0: as many as the launcher says */
	uint64_t deadline_ns;
	const char *host_results; /* a folder; NULL: none */
};

/* Of struct fleet_options. */
extern const struct option_table fleet_option_table;
void fleet_options_set_defaults(struct fleet_options *options);

/* Finds out how many hosts are asked for, and whether a fleet of them can do what is: so that it is
 * said before anything begins. Returns 0 or -1. */
int fleet_options_check(
	struct fleet_options *options, const struct options_given *given, struct error *error);

#endif
