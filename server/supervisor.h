/* The main thread while workers serve: signals, reloads, the end. */
#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include <stddef.h>

struct server;

/* Blocks the signals that are read from a descriptor; threads started later inherit the mask.
 * Returns the descriptor, or -1 with errno. */
int supervisor_signals_open(void);

/* Returns when all of the `running` workers have ended. */
void supervisor_run(struct server *server, size_t running);

#endif
