/* Two sockets that are connected to each other, one on each host of a network. */
#ifndef BENCH_CHECK_TCP_PAIR_H
#define BENCH_CHECK_TCP_PAIR_H

#include "bench/network/network.h"
#include "common/address.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

#define TCP_PAIR_PORT 8080 /* of the listener */

struct tcp_pair {
	struct address address;                /* of the listener */
	int listener_fd, server_fd, client_fd; /* -1: none, or somebody else's by now */
};

/* Opens the listener, which the strategy has configured where its end is the server's, and the
 * client's socket. Returns 0 or -1; either way tcp_pair_close is due. */
int tcp_pair_open(struct tcp_pair *pair, const struct network *network,
	const struct td_strategy *strategy, enum td_who who, struct error *error);

/* Connects the client's socket, and accepts. Returns 0 or -1. */
int tcp_pair_connect(struct tcp_pair *pair, struct error *error);

/* Closes what is the pair's still. */
void tcp_pair_close(const struct tcp_pair *pair);

/* Takes the link of one end's host down, or up again. Returns 0 or -1. */
int tcp_pair_link_set(const struct network *network, enum td_who who, bool up, struct error *error);

#endif
