/* How a third-party client closes what the server has closed before: late, or not before it ends.
 */
#ifndef BENCH_FINDINGS_CLIENT_CLOSE_H
#define BENCH_FINDINGS_CLIENT_CLOSE_H

#include "bench/judge/estimate.h"

struct client_close {
	/* Connections on which the client's FIN came 0.3 s or more behind the server's. 0: so few
	 * that it is an accident, or the client may have had more to send. */
	struct estimate late;
	double most_s;
	/* In CLOSE_WAIT, held by the client, in the last census before the loader closed its
	 * sockets by ending: of that many late ones, none had been closed. */
	uint64_t held_at_end;
	bool closed_none;
};

struct client_close client_close_of(const struct trial *trial, const struct figures *figures);

#endif
