/* The way from the load to a server's end that has a network of its own on another host. A link
 * that came up a moment ago does not carry yet: the end at the other side of it drops what it is to
 * send until it has seen the carrier, and a switch may hold frames back for seconds. */
#ifndef BENCH_ENDS_WAY_H
#define BENCH_ENDS_WAY_H

#include "bench/ends/agent_link.h"
#include "bench/network/network.h"
#include "common/error.h"

#include <stdint.h>

/* Before the server listens at this port of its address: asks until the server's host refuses, so
 * that a segment got there, and its answer back. Meanwhile the agent hears from this side. Returns
 * 0 or -1. */
int way_await(
	struct agent_link *link, const struct network *network, uint16_t port, struct error *error);

#endif
