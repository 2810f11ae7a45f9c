/* Which connections are the load's: those between the client's addresses and the server's address
 * and port. All else that is seen in the two namespaces, on their loopback too, was opened by the
 * server for itself, or by the loader to somewhere else. */
#ifndef BENCH_MEASURE_LOAD_FLOW_H
#define BENCH_MEASURE_LOAD_FLOW_H

#include "bench/network/network.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct load_flow {
	const struct network *network;
	uint16_t server_port; /* 0: every connection is the load's */
};

/* `server_port` in the host's byte order. */
bool load_flow_has(const struct load_flow *flow, struct in_addr client, struct in_addr server,
	uint16_t server_port);

#endif
