/* A link of this host for which it has no use, lent to a namespace, and given back. */
#ifndef BENCH_NETWORK_SPARE_H
#define BENCH_NETWORK_SPARE_H

#include "bench/network/restorer.h"
#include "common/error.h"

/* Moves the link there, where it is down. restorer_end, or the end of this process, however it
 * comes about, has it moved back, and set up where it was up. Returns 0; or -1 with nothing
 * changed: also where the link has an address, is part of another one or is below one. */
int spare_lend(struct restorer *restorer, const char *link, int netns, struct error *error);

#endif
