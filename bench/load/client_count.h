/* What the clients of one behaviour came to. */
#ifndef BENCH_LOAD_CLIENT_COUNT_H
#define BENCH_LOAD_CLIENT_COUNT_H

#include "bench/load/clients/behaviour.h"
#include "bench/load/load_totals.h"

#include <stdint.h>

/* Those that COMPLETED ended as the behaviour means them to. */
struct client_count {
	const struct client_behaviour *behaviour;
	uint32_t connections;
	uint64_t attempted, outcomes[OUTCOMES];
	uint64_t exchanges; /* whole responses */
	uint64_t truncated; /* responses that ended in the middle */
	uint64_t refused;   /* responses without the status that is wanted, or no HTTP */
	/* Requests on a kept connection that no byte of a response came to, and how long these
	 * connections had been idle. */
	uint64_t kept_unanswered, kept_idle_least_ns, kept_idle_most_ns;
	uint64_t pauses;      /* between two requests, that were due */
	uint64_t pauses_cut;  /* of these, those that the load's end cut short */
	uint64_t closed_idle; /* connections that the server closed while the client paused */
	uint64_t reset_idle;  /* connections that the server reset while the client paused */
	uint64_t held;        /* connections that were held when the load ended */
};

#endif
