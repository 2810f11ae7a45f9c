/* One exchange between the two hosts of a network, both ends of which are the strategy's, in an
 * order of events that does not depend on the speed of the machine. A client that reads late reads
 * nothing before the server's end has done all that it does without being read: most of the
 * response is still in the server's kernel then, so an end that discards what was not acknowledged
 * always loses, and any other never does. A client that acts first has closed, where it does so by
 * itself, before the server's end is asked; with the other order it shows whether who closes first
 * is a race. Deadlines do not pass. */
#ifndef BENCH_CHECK_DELIVERY_H
#define BENCH_CHECK_DELIVERY_H

#include "bench/network/network.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

enum delivery_client {
	DELIVERY_READS_LATE,
	/* Reads late, and sends a byte of no exchange once the server's end has acted. close()
	 * takes the response along then, where the input was not read to its end. */
	DELIVERY_SENDS_ON,
	DELIVERY_ACTS_FIRST,
	DELIVERY_CLIENTS,
};

extern const char *const delivery_client_texts[DELIVERY_CLIENTS]; /* "reads late" */
/* Of the response: to a client that reads late, many times what its socket holds. */
extern const uint32_t delivery_bytes[DELIVERY_CLIENTS];

struct delivery_spec {
	const struct network *network;
	const struct td_strategy *strategy;
	enum delivery_client client;
};

struct delivery_result {
	uint64_t received;        /* of the response, by the client */
	enum td_who first_closer; /* TD_NONE: no end closes before a deadline passes */
};

/* Plays it. Returns 0; or -1 when there was no connection, or none of its bytes moved for long. */
int delivery_run(
	const struct delivery_spec *spec, struct delivery_result *result, struct error *error);

#endif
