/* What a proxy sends on, as a load: it begins and ends with the load of its clients. */
#ifndef BENCH_LOAD_PROXY_LOAD_H
#define BENCH_LOAD_PROXY_LOAD_H

#include "bench/load/load.h"
#include "bench/process/process.h"
#include "common/error.h"

/* The proxy outlives the load, which neither starts nor ends it. Its totals are empty; the
 * processor time of its progress is the proxy's, as it was last read. Returns 0 or -1. */
int proxy_load_create(
	struct load *load, const struct process *proxy, const char *command, struct error *error);

#endif
