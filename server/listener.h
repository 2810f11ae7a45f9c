/* One listening socket of a worker, and accepting from it. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

struct worker;

/* What the listeners of all threads share: descriptors and memory are the process's, so that one
 * failure speaks for all. */
struct listener_gate {
	/* Both read and written atomically. */
	uint64_t tried_ns; /* when accept(2) last found none, or is tried again since; or 0 */
	uint64_t failures;
};

struct listener {
	int fd; /* -1 when closed */
	struct worker *worker;
	struct listener_gate *gate;
	struct event acceptable;
	struct event resume; /* the end of a pause */
	uint64_t failures_seen;
	unsigned batch, accepted; /* connections that the last event was to accept, and did */
	bool is_held;             /* until a connection ends: there are as many as may be */
};

/* Registers an open listener with the worker's loop. Returns 0, or -1 with errno. */
int listener_start(struct listener *l, struct worker *worker, struct listener_gate *gate);

/* The loop's turn ends: makes room where any thread found none, and accepts again if that had to
 * wait for a connection to end. */
void listener_settle(struct listener *l);

/* Accepts what has come already, since closing a listener resets it; then closes. */
void listener_drain(struct listener *l);

/* Closes. */
void listener_finish(struct listener *l);

#endif
