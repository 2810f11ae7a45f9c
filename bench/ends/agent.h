/* The server's end of a trial on a host of its own, played for another side that has the load: one
 * request a line comes in, and one answer a line goes out (agent_request.h). It is over with the
 * first that is wrong, fails, or does not come in time; the server ends with it. */
#ifndef BENCH_ENDS_AGENT_H
#define BENCH_ENDS_AGENT_H

#include "common/error.h"

#include <stdio.h>

/* Plays one trial. Returns 0 once it was told to close; or -1, where the other side was told why,
 * if it still listens. The server is gone in any case. */
int agent_play(int in_fd, FILE *out, struct error *error);

#endif
