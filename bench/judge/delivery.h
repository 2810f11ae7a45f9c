/* What the clients of a load were delivered, and what the server held for them: one cell of a
 * matrix of strategies and client behaviours, or one point of a sweep. */
#ifndef BENCH_JUDGE_DELIVERY_H
#define BENCH_JUDGE_DELIVERY_H

#include "bench/measure/sock_diag.h"
#include "bench/trial/record.h"

/* Connections, each in one of the first three. Unknown (NAN), all of them, where loss_is_known says
 * so. */
struct delivery_figures {
	/* Each response came whole, whatever its status; or the client wanted none, and ended as
	 * its behaviour means it to. */
	double delivered;
	/* A response ended in the middle: by the server's FIN, a RST, or the client's deadline. */
	double truncated;
	/* No byte of the last response came, or the connection did not open. */
	double lost;
	/* Of the load's connections, those that the server held a descriptor of: where its clients
	 * stay until the load ends, just before that (unknown where nobody looked then);
	 * else after all was closed, with those that it had not closed when the client gave up. */
	double held;
};

struct delivery_figures delivery_figures_of(const struct trial *trial);

/* Sockets in a census that a process holds a descriptor of, but those in LISTEN. */
uint64_t delivery_held(const struct diag_census *census);

#endif
