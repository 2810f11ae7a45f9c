/* What --beside says: which clients there are beside the load. */
#ifndef BENCH_OPTIONS_BESIDE_H
#define BENCH_OPTIONS_BESIDE_H

#include "bench/options/options.h"
#include "common/error.h"

#include <stdint.h>

/* Fills in `beside_shares`. Returns 0 or -1. */
int beside_parse(struct run_options *options, struct error *error);

/* Connections that they have open at the same time. */
uint64_t beside_connections(const struct run_options *options);

#endif
