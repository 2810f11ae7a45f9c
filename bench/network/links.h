/* The links of a trial's network, with their addresses, routes and neighbours, and the settings of
 * its ends. */
#ifndef BENCH_NETWORK_LINKS_H
#define BENCH_NETWORK_LINKS_H

#include "bench/network/network.h"
#include "common/error.h"

/* Sets up both ends, and what is in the middle, in the namespaces that the network has. Returns 0
 * when every link carries packets, or -1. */
int links_make(struct network *network, const struct network_spec *spec, struct error *error);

#endif
