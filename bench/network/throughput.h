/* How many bytes a second the network of a trial carries on this host: tried for a moment. */
#ifndef BENCH_NETWORK_THROUGHPUT_H
#define BENCH_NETWORK_THROUGHPUT_H

#include "bench/network/network.h"
#include "common/error.h"

/* One connection on a network of its own, one thread that sends and one that receives, for a
 * fraction of a second. Returns 0 or -1. */
int throughput_measure(double *bytes_per_s, struct error *error);

/* The same on this network, whose server's port 8080 is free. */
int throughput_on(const struct network *network, double *bytes_per_s, struct error *error);

#endif
