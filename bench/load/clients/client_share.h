/* How many clients of a load are of which behaviour, and what they came to. */
#ifndef BENCH_LOAD_CLIENTS_CLIENT_SHARE_H
#define BENCH_LOAD_CLIENTS_CLIENT_SHARE_H

#include "bench/load/clients/behaviour.h"

#include <stdbool.h>
#include <stdint.h>

#define CLIENT_SHARES_MAX 24 /* each behaviour once */
#define CLIENT_PARAMETER_MAX 100

/* How long a client pauses between two requests. */
struct thinking {
	uint64_t mean_ns;
	bool is_exponential; /* random times, without memory; else each is the mean */
};

struct client_share {
	const struct client_behaviour *behaviour;
	double share;         /* of the load's connections, 0 to 1 */
	uint32_t connections; /* open at the same time */
	uint32_t parameter;   /* N of NAME=N; 0: it has none */
	uint64_t total;       /* connections to attempt; 0: until the load ends */
};

struct client_list {
	const struct client_share *shares;
	uint32_t count;
	bool is_beside; /* not of the load: from an address of their own */
};

/* Requests on one connection that the behaviour asks for by itself; 0: it does not say. */
uint32_t client_share_exchanges(const struct client_share *share);

#endif
