/* A lane is one thread's share of the load: its slots, and the loop that they live in. */
#ifndef BENCH_LOAD_LANE_H
#define BENCH_LOAD_LANE_H

#include "bench/load/batch.h"
#include "bench/load/connect_bins.h"
#include "bench/load/glance.h"
#include "bench/load/loader.h"
#include "bench/load/response.h"
#include "bench/load/schedule.h"
#include "bench/load/source.h"
#include "bench/load/tally.h"
#include "common/error.h"
#include "strategies/core/executor.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot;

/* When the load began and was told to end, by CLOCK_MONOTONIC; 0: not yet. Written by the loader's
 * owner, read by its lanes. */
struct load_span {
	_Atomic uint64_t started_ns, stopped_ns;
};

/* What the slots share. Only the lane's thread writes to it. */
struct lane {
	const struct loader_spec *spec;
	const struct load_span *span;
	struct sockaddr_in server;
	struct source source;
	struct schedule schedule;
	struct executor executor;
	struct wheel wheel;
	int epoll_fd;
	struct slot *slots;
	size_t slot_count;
	struct slot *ready; /* slots without a connection that may start one */
	struct batch batch;
	struct glances glances;
	struct known_head known_head; /* the one that was learnt last */
	uint64_t quota;               /* connections that may still be attempted */
	bool hurrying;                /* the next request asks the server to end the connection */
	bool in_window;
	size_t busy;     /* slots with a connection or backing off */
	uint64_t dry_ns; /* when a start was last due and no slot was ready */
	struct tally tally;
	/* Read by the sampler while the lane runs. */
	uint64_t completed_now;
	uint32_t connect_bins[CONNECT_BINS];
	bool emptied; /* the last read of this event left nothing behind */
	char buffer[64 * 1024];
};

/* Gives a lane of zeros the share `index` of `spec->threads`. Returns 0, or -1 with `error`. */
int lane_init(struct lane *lane, const struct loader_spec *spec, const struct load_span *span,
	uint32_t index, struct error *error);

/* Until all its connections have been made and closed, or what is under way at the end has had its
 * time: then that is closed, and counted as timed out. */
void lane_run(struct lane *lane);

/* After lane_init, whatever it returned; or of a lane of zeros. */
void lane_finish(struct lane *lane);

#endif
