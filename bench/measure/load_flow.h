/* Which connections are the load's: those between the client's addresses and the server's
 * addresses and port. All else that is seen in the two namespaces, on their loopback too, was
 * opened by the server for itself, or by the loader to somewhere else. */
#ifndef BENCH_MEASURE_LOAD_FLOW_H
#define BENCH_MEASURE_LOAD_FLOW_H

#include "bench/network/network.h"

#include <stdbool.h>
#include <stdint.h>

struct load_flow {
	const struct network *network;
	uint16_t server_port; /* 0: every connection is the load's */
	/* The other hop of a trial with a proxy, whose namespace is in both: what it has there
	 * belongs to other connections here. Optional: default NULL, there is one hop. */
	const struct network *other_hop;
};

/* The end of the flow's network that is the proxy. */
enum td_who load_flow_proxy(const struct load_flow *flow);

/* Addresses are in6_addr's words; an IPv4 address is the first, the others are 0. Ports are in the
 * host's byte order. */

/* Whether this is where the load's connections lead. */
bool load_flow_leads_to(const struct load_flow *flow, const uint32_t address[4], uint16_t port);

/* What the client's ports are counted by: each is there once for each address of the server. That
 * is the client's address, and where the server has several, what tells both addresses, in one.
 * `pair` may be `client`. */
void load_flow_pair(const struct load_flow *flow, const uint32_t client[4],
	const uint32_t server[4], uint32_t pair[4]);

bool load_flow_has(const struct load_flow *flow, const uint32_t client[4], const uint32_t server[4],
	uint16_t server_port);

#endif
