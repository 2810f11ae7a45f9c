/* What the options of a run say of the load, together with the strategy. */
#ifndef BENCH_OPTIONS_ASKED_LOAD_H
#define BENCH_OPTIONS_ASKED_LOAD_H

#include "bench/options/options.h"
#include "teardown/strategy.h"

#include <stdint.h>

/* Requests on one connection: as asked for, or the strategy's own, or what a client's behaviour
 * needs. */
uint32_t asked_requests_per_connection(
	const struct run_options *options, const struct td_strategy *strategy);

/* The strategy whose client end the loader plays: `strategy`; behind --proxy-command a plain
 * client, since the strategy's own client end is the proxy's. */
const struct td_strategy *asked_client(
	const struct run_options *options, const struct td_strategy *strategy);

/* Requests on one connection of the loader (asked_client). */
uint32_t asked_requests_of_client(
	const struct run_options *options, const struct td_strategy *strategy);

/* Of a response's body: teardown-server's /bytes/N has N; 0: what a third party's server answers,
 * or a response that is to be a refusal (--expect), is not known. */
uint64_t asked_response_bytes(const struct run_options *options);

#endif
