/* What --clients and --think say: of which behaviour the load's clients are. */
#ifndef BENCH_OPTIONS_CLIENTS_H
#define BENCH_OPTIONS_CLIENTS_H

#include "bench/options/options.h"
#include "common/error.h"

/* Fills in `shares`, `plain_connections` and `thinking`, once `connections` is known. Without
 * --clients every connection is plain. Returns 0 or -1. */
int clients_parse(struct run_options *options, struct error *error);

/* The most requests on one connection that a behaviour asks for by itself; 0: none does. */
uint32_t clients_exchanges(const struct run_options *options);

/* Whether every client closes as the strategy says, so that its claims hold. */
bool clients_follow(const struct run_options *options);

#endif
