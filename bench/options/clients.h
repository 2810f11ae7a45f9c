/* What --clients and --think say: of which behaviour the load's clients are. */
#ifndef BENCH_OPTIONS_CLIENTS_H
#define BENCH_OPTIONS_CLIENTS_H

#include "bench/options/options.h"
#include "common/error.h"

/* Fills in `shares` and `thinking`, once `connections` and `total` are known. Without --clients
 * every connection is plain. Returns 0 or -1. */
int clients_parse(struct run_options *options, struct error *error);

/* What the shares leave for plain clients: of the connections that are open at the same time, and
 * of
 * --total. */
uint64_t clients_plain_connections(const struct run_options *options);
uint64_t clients_plain_total(const struct run_options *options);

/* The most requests on one connection that a behaviour asks for by itself; 0: none does. */
uint32_t clients_exchanges(const struct run_options *options);

/* Whether every client closes as the strategy says, so that its claims hold. */
bool clients_follow(const struct run_options *options);

#endif
