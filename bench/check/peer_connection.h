/* One connection between the two hosts of a network: the strategy's executor has one end, a peer of
 * some behaviour the other. Deadlines pass on a clock of its own, so nothing is waited for.
 */
#ifndef BENCH_CHECK_PEER_CONNECTION_H
#define BENCH_CHECK_PEER_CONNECTION_H

#include "bench/check/peer.h"
#include "bench/network/network.h"
#include "common/error.h"
#include "teardown/strategy.h"

struct peer_connection_spec {
	const struct network *network;
	const struct td_strategy *strategy;
	enum td_who who; /* whose end is the strategy's: TD_SERVER or TD_CLIENT */
	const struct peer *peer;
};

/* Plays it until the executor has closed its end. Returns 0; or -1 when that did not come about, or
 * the connection could not be made. */
int peer_connection_run(const struct peer_connection_spec *spec, struct error *error);

#endif
