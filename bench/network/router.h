/* The host in the middle of a trial's network where that is a NAT: it has the address that the
 * server sees, and forwards what comes from either end. */
#ifndef BENCH_NETWORK_ROUTER_H
#define BENCH_NETWORK_ROUTER_H

#include "bench/network/netlink.h"
#include "bench/network/network.h"
#include "common/error.h"

/* Both in its namespace. Before its links are born: what they inherit. Returns 0 or -1. */
int router_prepare(struct error *error);

/* Queues its address, routes and neighbours, once its links are up. */
void router_set_up(const struct network *network, struct netlink *netlink);

#endif
