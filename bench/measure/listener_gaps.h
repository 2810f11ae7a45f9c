/* When nothing listened where the load connects to, by looks at its listeners: no look in a while
 * found one, or all that one look found were others at the next. */
#ifndef BENCH_MEASURE_LISTENER_GAPS_H
#define BENCH_MEASURE_LISTENER_GAPS_H

#include "bench/measure/accept_watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of more gaps the others are not kept. */
#define LISTENER_GAPS_MAX 64

/* Who had held the listeners by then that listened before; known of those of the load's start. */
enum listener_gap_holder { GAP_HOLDER_UNKNOWN, GAP_HOLDER_HAS_ENDED, GAP_HOLDER_RUNS };

/* Instants of CLOCK_MONOTONIC. */
struct listener_gap {
	uint64_t from_ns;  /* the last look that found a listener began */
	uint64_t gone_ns;  /* the first that found none; 0: there was none, all were replaced */
	uint64_t last_ns;  /* the last of those */
	uint64_t until_ns; /* the first that found another was over; 0: none did in the load */
	uint64_t refused;  /* SYNs that were answered with a RST from `from_ns` to `until_ns` */
	uint32_t inode;    /* of a socket that listened before */
	enum listener_gap_holder holder;
};

struct listener_gaps {
	size_t count; /* of `list` */
	struct listener_gap list[LISTENER_GAPS_MAX];
	/* What the latest look found that found any; 0: there was none yet. */
	size_t latest_count;
	uint32_t latest[ACCEPT_QUEUES_MAX]; /* their inodes */
	uint64_t latest_ns;
	bool is_over; /* the load is */
};

/* A look that took from `began_ns` to `ended_ns`. Returns whether a gap has begun. */
bool listener_gaps_see(struct listener_gaps *gaps, const struct accept_queues *queues,
	uint64_t began_ns, uint64_t ended_ns);

/* What looks find from now on says nothing of the load. */
void listener_gaps_load_is_over(struct listener_gaps *gaps);

/* Up to when its refusals count, in a load that was over at `load_over_ns`. */
uint64_t listener_gap_end_ns(const struct listener_gap *gap, uint64_t load_over_ns);

#endif
