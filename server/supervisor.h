/* The main thread: signals, reloads, the end. It is the first worker's as well, whose loop it waits
 * in: a server of one thread is a process of one thread, and that is measurably cheaper, since the
 * kernel counts no references to the descriptors of such a one. */
#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>

struct server;

struct supervisor {
	struct server *server;
	size_t running; /* workers that have not ended */
	bool reloading;
	struct event signal, ended, answer;
};

/* Blocks the signals that are read from a descriptor; threads started later inherit the mask.
 * Returns the descriptor, or -1 with errno. */
int supervisor_signals_open(void);

/* Has the first worker's loop watch what the supervisor waits for. Returns 0, or -1. */
int supervisor_start(struct supervisor *s, struct server *server);

/* Runs the first worker. Returns when all of the `running` workers have ended, or are to. */
void supervisor_run(struct supervisor *s, size_t running);

#endif
