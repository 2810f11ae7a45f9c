/* Waiting until the kernel has taken down the namespaces that were closed. The kernel takes them
 * down on a work queue, some time after the last descriptor is closed; where a namespace holds a
 * hundred thousand TIME_WAITs, the next trial would pay for that work. */
#ifndef BENCH_NETWORK_NETNS_CLEANUP_H
#define BENCH_NETWORK_NETNS_CLEANUP_H

#include "common/error.h"

/* Returns 0 once every namespace that was closed before the call is gone, or after ten seconds; or
 * -1. */
int netns_cleanup_await(struct error *error);

#endif
