/* Accepting connections from one listening socket of a worker. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

struct worker;

/* What the listeners of all threads share. Descriptors and memory are the process's, so one
 * thread's failure holds for all threads. */
struct listener_gate {
	/* Both are read and written atomically. */
	uint64_t tried_ns; /* when accept(2) last failed for want of one, or when a thread has tried
			      again since; 0: no failure */
	uint64_t failures;
};

struct listener {
	int fd; /* -1 when closed */
	struct worker *worker;
	struct listener_gate *gate;
	struct event acceptable;
	struct event resume; /* the end of a pause */
	uint64_t failures_seen;
	unsigned batch,
		accepted; /* connections that the last event was to accept, and that it accepted */
	bool is_held;     /* --max-connections are open: accepts again when one ends */
};

/* Registers an open listener with the worker's loop. Returns 0, or -1 with errno. */
int listener_start(struct listener *l, struct worker *worker, struct listener_gate *gate);

/* Ends a turn of the loop: evicts a connection where a thread has found no descriptor or no memory,
 * and accepts again where a full connection list has room now. */
void listener_settle(struct listener *l);

/* Accepts the connections that wait in the queue, which close(2) would reset; then closes. */
void listener_drain(struct listener *l);

/* Closes the listening socket. */
void listener_finish(struct listener *l);

#endif
