/* Settings of a host's own network that are written for a while, and put back behind it. They are
 * those that a strategy of this program requires: neither a name nor a value comes from elsewhere.
 */
#ifndef BENCH_NETWORK_APPLIED_H
#define BENCH_NETWORK_APPLIED_H

#include "common/error.h"
#include "teardown/strategy.h"

#include <sys/types.h>

struct applied {
	int fd; /* its end has the settings put back; -1: nothing was written */
	pid_t keeper;
};

/* Writes what the strategy requires of this end and does not find, in the namespace of the process,
 * and reads it back. A process of its own puts it back when this one ends, however it ends. Returns
 * 0; or -1 with nothing changed. */
int applied_begin(struct applied *applied, const struct td_strategy *strategy, enum td_who end,
	struct error *error);

/* Puts them back, those that nobody else has written meanwhile, and waits for that. */
void applied_end(struct applied *applied);

#endif
