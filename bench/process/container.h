/* The child's side of a process that is a whole family: a command of the user's, in a process
 * namespace of its own. Whatever it forks, daemons included, is in there, and ends with the bench:
 * when the namespace's first process dies, the kernel kills the others (pid_namespaces(7)). */
#ifndef BENCH_PROCESS_CONTAINER_H
#define BENCH_PROCESS_CONTAINER_H

#include "common/error.h"

#include <sys/types.h>

/* Like fork(2), but the child is the first process of a new process namespace. `flags`: 0, or
 * CLONE_PARENT. The child may use
 * only what a signal handler may: threads of the parent can hold any lock. */
pid_t container_fork(unsigned long flags);

/* Like fork(2), but the child is in the process namespace whose first process `first` is. Returns
 * -1 with `error`. */
pid_t container_join_fork(pid_t first, unsigned long flags, struct error *error);

/* What the first process is told by signals, too: to stay without any other process, and not to any
 * more. */
#define CONTAINER_HOLD SIGUSR1
#define CONTAINER_RELEASE SIGUSR2

/* In that child: runs the command, waits until it and all that it left behind have ended, then
 * exits as the command did: with its status, or 128 + the signal that killed it. SIGTERM and SIGINT
 * go to all of them, and end a hold. */
void container_run(char *const *argv) __attribute__((noreturn));

#endif
