/* Connections that were left in the accept queue while others, that were kept alive, were served:
 * a pool of workers, each of which keeps its connection, has none left for them. */
#ifndef BENCH_JUDGE_ACCEPT_STARVED_H
#define BENCH_JUDGE_ACCEPT_STARVED_H

#include "bench/judge/figures.h"
#include "bench/trial/record.h"

#include <stdint.h>

struct accept_starved {
	/* Connections that waited when it was last seen; 0: it never was, and nothing else is
	 * known. */
	uint64_t waiting;
	uint64_t accepted;  /* connections that the server had accepted by then */
	uint32_t listeners; /* 0: there is one */
	/* From one sample to the other none was accepted, though one waited throughout,
	 * CLOCK_MONOTONIC. */
	uint64_t since_ns, until_ns;
};

/* Of the load; the figures but for the runways are made by then. Where listeners came or went, or
 * accept others' connections too, it is not known; of several, all had a queue throughout. A server
 * that takes as long for each connection looks like it, but answers no more requests than it has
 * accepted connections. */
struct accept_starved accept_starved_of(const struct trial *trial, const struct figures *figures);

#endif
