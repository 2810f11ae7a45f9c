/* The server's end of a trial on a host of its own, played for another side that has the load: one
 * request a line comes in, and one answer a line goes out (agent_request.h). It is over with the
 * first that is wrong, fails, or does not come in time; the server ends with it. */
#ifndef BENCH_ENDS_AGENT_H
#define BENCH_ENDS_AGENT_H

#include "bench/network/isolated.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdio.h>

/* What the agent's own command line says: no request has a say in it. */
struct agent_spec {
	/* Optional: default NULL, the network is the host's own. */
	const struct isolated_spec *isolated;
	bool applies; /* what a strategy requires of the host's own network is set there */
};

/* Plays one trial. Returns 0 once it was told to close; or -1, where the other side was told why,
 * if it still listens. The server is gone in any case. */
int agent_play(int in_fd, FILE *out, const struct agent_spec *spec, struct error *error);

#endif
