/* Processes of a server that are stopped: by SIGSTOP or SIGTSTP, from a terminal, a script or a
 * debugger that has let go. Such a process neither answers nor closes, and its kernel goes on
 * acknowledging what comes: a client cannot tell it from one that takes its time. /proc/PID/stat
 * says so (state T). Only processes that serve are counted. So what is counted is at least what
 * there was. */
#ifndef BENCH_PROCESS_STOP_WATCH_H
#define BENCH_PROCESS_STOP_WATCH_H

#include "bench/process/process.h"
#include "bench/process/thread_call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stop_watch_report {
	uint64_t first_ns;   /* when one was first seen stopped, CLOCK_MONOTONIC; 0: never */
	uint64_t stopped_ns; /* from looks to looks that found one so, all of it together */
	uint64_t processes;  /* that were stopped at one look, at most */
	bool at_end;         /* the last look found one stopped */
	uint32_t pid;        /* of the first, as the bench sees it */
	char name[PROCESS_NAME_SIZE]; /* of that process */
};

/* Whether a process that is stopped keeps anybody waiting: one that holds nothing of what is served
 * does not, and is not counted. */
typedef bool stop_watch_serves_fn(void *argument, pid_t pid);

/* Of a process that is stopped: what it holds does not change meanwhile. */
struct stop_verdict {
	pid_t pid;
	bool serves;
};

struct stop_watch {
	uint64_t last_ns; /* of the last look, where that found one stopped; 0: it found none */
	uint64_t due_ns;  /* of the next look */
	stop_watch_serves_fn *serves; /* NULL: all processes serve */
	void *argument;               /* its first */
	size_t verdict_count;
	struct stop_verdict verdicts[PROCESS_TREE_MAX]; /* of those stopped at the last look */
	struct stop_watch_report report;
};

/* Looks at a process and its descendants, unless what the last look took says that it is too
 * early. By one thread at a time. */
void stop_watch_look(struct stop_watch *watch, struct process *process);

/* The same, in any case. */
void stop_watch_look_now(struct stop_watch *watch, struct process *process);

/* What a look at `now_ns` comes to, that found so many stopped, and first of these `pid`. */
void stop_watch_see(struct stop_watch *watch, pid_t pid, size_t stopped, uint64_t now_ns);

#endif
