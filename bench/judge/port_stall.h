/* What shows that connect(2) of a third-party loader found no port, although nobody counts its
 * errors: every port of the client was held, and no connection was opened any more. */
#ifndef BENCH_JUDGE_PORT_STALL_H
#define BENCH_JUDGE_PORT_STALL_H

#include "bench/trial/record.h"

#include <stdbool.h>
#include <stdint.h>

struct port_stall {
	uint64_t since_ns;   /* the sample that first shows it (CLOCK_MONOTONIC); 0: none does */
	uint64_t time_waits; /* ports that a TIME_WAIT held then; the others were in use */
	uint64_t in_use;
	bool is_said; /* the loader says that connect() failed, or found no address to use */
	/* That, or TIME_WAITs held most ports. Open connections may be a pool that is full, whose
	 * loader asks for no port more. */
	bool is_proven;
};

/* `ports` that the client has, or of which it chooses, and connections that it opened. No stall
 * where the load is the builtin loader's, which counts its own errors; where the loader says that
 * each connect() went well; and where it had made, or had open, all that it was asked for. */
struct port_stall port_stall_of(const struct trial *trial, uint64_t ports, uint64_t opened);

#endif
