/* How long connections wait for the relay: the time in which a frame of theirs could go on. What
 * the relay does meanwhile, run or wait for a processor, does not matter. */
#ifndef BENCH_WIRE_BACKLOG_H
#define BENCH_WIRE_BACKLOG_H

#include <stdbool.h>
#include <stdint.h>

struct backlog {
	uint64_t lived_ns;  /* of all connections, from the SYN of each to its last frame so far */
	uint64_t waited_ns; /* of that, with a frame that waited */
	/* By the client's port, until when it is counted. Connections of several addresses that
	 * share a port count as one. */
	uint64_t *counted_ns;
};

/* Returns false when there is no memory. */
bool backlog_init(struct backlog *backlog);
void backlog_finish(struct backlog *backlog);

/* A connection's life begins anew. */
void backlog_begin(struct backlog *backlog, uint16_t port, uint64_t at_ns);

/* A frame of the connection waited from the first time to the second one. */
void backlog_add(struct backlog *backlog, uint16_t port, uint64_t from_ns, uint64_t until_ns);

#endif
