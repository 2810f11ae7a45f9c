/* A process that undoes a change to this host when the one that made it ends, however it ends. */
#ifndef BENCH_NETWORK_RESTORER_H
#define BENCH_NETWORK_RESTORER_H

#include "common/error.h"

#include <stddef.h>
#include <sys/types.h>

struct restorer_work {
	/* In that process, once, with a copy of the argument, and of the descriptor. */
	void (*undo)(const void *argument, int held_fd);
	const void *argument;
	size_t argument_bytes;
	int held_fd; /* -1: none is kept */
};

struct restorer {
	int fd; /* its end has the change undone; -1: there is none */
	pid_t pid;
	struct restorer_work work;
	void *argument; /* of its own */
};

#define RESTORER_NONE                                                                              \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* Due before the change; a held descriptor stays open until the end. Returns 0 or -1. */
int restorer_start(
	struct restorer *restorer, const struct restorer_work *work, struct error *error);

/* Has the change undone, by another process where that one was killed, and waits for that. One that
 * was not started is tolerated. */
void restorer_end(struct restorer *restorer);

#endif
