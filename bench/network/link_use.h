/* Whether other links of a host need one. */
#ifndef BENCH_NETWORK_LINK_USE_H
#define BENCH_NETWORK_LINK_USE_H

#include "common/error.h"

/* In the calling thread's namespace. Returns 1 where the link is part of another (a bridge, a
 * bond), or another lies on it (a VLAN, a macvlan); else 0, or -1. */
int link_use(unsigned ifindex, struct error *error);

#endif
