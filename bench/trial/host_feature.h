/* What this host's kernel has of what the program makes use of: found by trying, never by version.
 */
#ifndef BENCH_TRIAL_HOST_FEATURE_H
#define BENCH_TRIAL_HOST_FEATURE_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

struct host_feature {
	const char *name;
	const char *costs; /* what the user goes without where it is missing */
	/* Tries it. Returns 0, or -1 with the reason. */
	int (*probe)(struct error *error);
	bool is_needed; /* by every run: without it, nothing further can be tried */
};

/* To be tried in this order: an ordinary user's process moves into a user namespace for the last
 * ones. */
extern const struct host_feature host_features[];
extern const size_t host_feature_count;

#endif
