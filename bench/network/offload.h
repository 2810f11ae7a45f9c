/* What a link does for the stack: checksums and segments. A frame that is relayed by a program must
 * be whole, as on a cable. */
#ifndef BENCH_NETWORK_OFFLOAD_H
#define BENCH_NETWORK_OFFLOAD_H

#include "common/error.h"

/* Turns all of it off, on a link of the calling thread's namespace. Returns 0 or -1. */
int offload_disable(const char *link, struct error *error);

#endif
