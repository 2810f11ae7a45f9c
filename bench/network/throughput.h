/* How many bytes a second the network of a trial carries on this host: tried for a moment. */
#ifndef BENCH_NETWORK_THROUGHPUT_H
#define BENCH_NETWORK_THROUGHPUT_H

#include "common/error.h"

/* One connection between two namespaces of its own, one thread that sends and one that receives,
 * for a fraction of a second. Returns 0 or -1. */
int throughput_measure(double *bytes_per_s, struct error *error);

#endif
