/* Settings of a host's own network that are written for a while, and put back behind it. They are
 * those that a strategy of this program requires: neither a name nor a value comes from elsewhere.
 */
#ifndef BENCH_NETWORK_APPLIED_H
#define BENCH_NETWORK_APPLIED_H

#include "bench/network/restorer.h"
#include "common/error.h"
#include "teardown/strategy.h"

/* Writes what the strategy requires of this end and does not find, in the namespace of the process,
 * and reads it back. restorer_end, or the end of this process, however it comes about, has those
 * put back that nobody else has written meanwhile. Returns 0; or -1 with nothing changed. */
int applied_begin(struct restorer *applied, const struct td_strategy *strategy, enum td_who end,
	struct error *error);

#endif
