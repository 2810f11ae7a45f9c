/* The process of a server that a signal to the server is for. Of a family it is the oldest process
 * of the command: a master, while its workers come and go; once it is gone, the oldest of those
 * that are left, as after an upgrade on the fly. */
#ifndef BENCH_PROCESS_MAIN_PROCESS_H
#define BENCH_PROCESS_MAIN_PROCESS_H

#include "bench/process/process.h"

#include <sys/types.h>

struct main_process {
	pid_t pid;   /* as the bench sees it; 0: there is none */
	pid_t inner; /* as its own family sees it */
};

/* `name` is NULL; or that of a program which replaces itself by a younger process of the same name:
 * then it is the youngest of these. */
struct main_process main_process_find(struct process *process, const char *name);

#endif
