/* What a strategy's way of closing costs a connection: segments, and a server's descriptor that is
 * kept for a while. Calls the hooks, and sets the options, of strategies that are built in. */
#ifndef BENCH_PLAN_PLAN_CLOSING_H
#define BENCH_PLAN_PLAN_CLOSING_H

#include "teardown/strategy.h"

#include <stdbool.h>

struct plan_closing {
	/* Of a plug-in it is not, whose hooks are called in a trial only; nor where this process
	 * has no descriptor left. */
	bool is_known;
	/* Sent by that end, beside those of requests and responses: handshake and close, where no
	 * FIN rides on data. */
	double server_segments, client_segments;
	/* The server keeps its descriptor until the client's FIN has come. */
	bool server_waits;
	double wait_most_s; /* of a client that sends nothing more */
};

struct plan_closing plan_closing_of(const struct td_strategy *strategy);

#endif
