/* Whether anything is on its way between the ends: only where nothing is does a state that the
 * kernel tells belong to a place among the segments. */
#ifndef BENCH_LAB_REST_H
#define BENCH_LAB_REST_H

#include "bench/measure/counters.h"
#include "bench/wire/wire.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Counters of an end's kernel. */
struct rest_source {
	int links; /* /proc/net/dev; -1: not open */
	struct counters_source counters;
};

/* Of the calling thread's namespace. Returns 0, or -1 with nothing open. */
int rest_open(struct rest_source *source, struct error *error);
void rest_close(struct rest_source *source);

/* True where each end's kernel has sent no more frames than the wire has seen, and has taken all
 * that the wire sent on; `mark` is how many segments were seen by then. */
bool rest_reached(const struct rest_source sources[RELAY_ENDS], struct wire *wire, uint64_t *mark);

#endif
