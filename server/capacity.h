/* How many connections there may be: what the limit on descriptors allows, or less. */
#ifndef SERVER_CAPACITY_H
#define SERVER_CAPACITY_H

#include "common/error.h"
#include "server/options.h"

#include <stddef.h>
#include <stdint.h>

/* Raises RLIMIT_NOFILE to its hard limit, fills in the caps that are 0 and refuses those that
 * cannot be kept. Returns 0 or -1. */
int capacity_settle(struct server_options *options, struct error *error);

/* Says the caps, in one line. */
void capacity_print(const struct server_options *options);

/* What of `most` is the part of thread `index`: never 0, and `most` in all. */
size_t capacity_share(uint64_t most, uint64_t index, uint64_t threads);

#endif
