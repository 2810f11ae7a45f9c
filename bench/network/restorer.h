/* A process that undoes a change to this host when the one that made it ends, however it ends. */
#ifndef BENCH_NETWORK_RESTORER_H
#define BENCH_NETWORK_RESTORER_H

#include "common/error.h"

#include <sys/types.h>

struct restorer {
	int fd; /* its end has the change undone; -1: there is none */
	pid_t pid;
};

#define RESTORER_NONE                                                                              \
	{                                                                                          \
		.fd = -1                                                                           \
	}

struct restorer_work {
	/* In that process, once: `argument` is as it was at the start, and a descriptor `held_fd`
	 * is open. */
	void (*undo)(const void *argument, int held_fd);
	const void *argument;
	int held_fd; /* -1: none is kept */
};

/* Due before the change. Returns 0 or -1. */
int restorer_start(
	struct restorer *restorer, const struct restorer_work *work, struct error *error);

/* Has the change undone, and waits for that. One that was not started is tolerated. */
void restorer_end(struct restorer *restorer);

#endif
