/* The number of connections: what RLIMIT_NOFILE allows, or less. */
#ifndef SERVER_CAPACITY_H
#define SERVER_CAPACITY_H

#include "common/error.h"
#include "server/options.h"

#include <stddef.h>
#include <stdint.h>

/* Raises RLIMIT_NOFILE to its hard limit, fills in the limits on connections that are 0, and
 * refuses limits that cannot be kept. Returns 0 or -1. */
int capacity_settle(struct server_options *options, struct error *error);

/* Logs the limits, in one line. */
void capacity_log(const struct server_options *options);

/* The part of `most` that thread `index` has: never 0, and `most` for all threads together. */
size_t capacity_share(uint64_t most, uint64_t index, uint64_t threads);

#endif
