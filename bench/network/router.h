/* The host in the middle of a trial's network where that is a NAT: it has the address that the
 * server sees, and forwards what comes from either end. */
#ifndef BENCH_NETWORK_ROUTER_H
#define BENCH_NETWORK_ROUTER_H

#include "bench/network/netlink.h"
#include "bench/network/network.h"
#include "common/error.h"

/* In its namespace. Queues its address, routes and neighbours, once its links are up. */
void router_set_up(const struct network *network, struct netlink *netlink);

#endif
