/* Starts programs while a load runs. A fork(2) of the process that has the load would copy its
 * descriptors: until the program is executed, no connection of the load could be closed, and
 * epoll(7) would go on telling of those that were. So a process without any is forked beforehand;
 * it makes the others, as children of its own parent. */
#ifndef BENCH_PROCESS_LAUNCHER_H
#define BENCH_PROCESS_LAUNCHER_H

#include "common/error.h"

#include <sys/types.h>

struct process_spec;

/* Of zeros: there is none. */
struct launcher {
	pid_t pid;
	int fd; /* a socket to it */
};

/* Forks. Descriptors that a spec names are known to it that are open now. Returns 0 or -1. */
int launcher_open(struct launcher *launcher, struct error *error);
void launcher_close(struct launcher *launcher);

/* Has a program started, which writes to output_fd. Returns its pid, a child of this process, or
 * -1. */
pid_t launcher_start(const struct launcher *launcher, const struct process_spec *spec,
	int output_fd, struct error *error);

#endif
