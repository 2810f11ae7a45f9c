/* What is left of connections at the port of a server that is about to start: whether bind(2) would
 * say EADDRINUSE, by trying it. */
#ifndef BENCH_ENDS_PORT_LOOK_H
#define BENCH_ENDS_PORT_LOOK_H

#include "bench/network/network.h"
#include "common/address.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct port_look {
	uint64_t time_waits; /* of the server's host: sockstat's, orphaned FIN_WAIT_2 among them */
	/* bind(2) of the server's address said EADDRINUSE to a socket without SO_REUSEADDR, and to
	 * one with it. While the server listens, both are so. */
	bool is_in_use, is_in_use_with_reuse;
};

/* `is_to_bind`: try bind(2), too, where nothing listens. Returns 0 or -1. */
int port_look(struct port_look *look, const struct network *network, const struct address *address,
	bool is_to_bind, struct error *error);

#endif
