/* Settings (sysctls) of one end: the table of those that are pinned in every trial, and the one way
 * in which any setting is written: in a private namespace, read back, recorded. */
#ifndef BENCH_NETWORK_SYSCTL_H
#define BENCH_NETWORK_SYSCTL_H

#include "bench/network/network.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

/* Whether the setting is one for the whole host, whatever namespace it is written in. */
bool sysctl_is_host_wide(const char *name);

/* Leading and trailing white space goes, runs of it become one space: /proc/sys answers with tabs
 * to what was written with spaces. */
void sysctl_normalise(char *value);

/* Writes the pinned settings of `end`, then those of `spec`, into the calling thread's namespace,
 * and records each in network->settings as it was read back. Returns 0, or -1 when a setting did
 * not take. */
int sysctl_apply(struct network *network, enum td_who end, const struct network_spec *spec,
	struct error *error);

#endif
