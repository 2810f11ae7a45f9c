/* What the wire carries on this host, tried for a moment. */
#ifndef BENCH_WIRE_CAPACITY_H
#define BENCH_WIRE_CAPACITY_H

#include "common/error.h"

struct wire_capacity {
	double bits_per_s;   /* of data, one way */
	double frames_per_s; /* of both directions */
};

/* One connection over a wire that neither delays nor loses, as fast as it goes. Returns 0 or -1. */
int wire_capacity_measure(struct wire_capacity *capacity, struct error *error);

#endif
