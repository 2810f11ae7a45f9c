/* Processes of a server that have as many descriptors as they may have. socket(2), open(2) and
 * accept(2) fail with EMFILE then; no counter of the kernel tells, and a server that accepts again
 * a moment later has descriptors left at most looks. So a process whose last descriptors may be
 * taken within one look and the next is looked at every millisecond. */
#ifndef BENCH_PROCESS_DESCRIPTOR_WATCH_H
#define BENCH_PROCESS_DESCRIPTOR_WATCH_H

#include "bench/process/process.h"
#include "bench/process/thread_call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of more processes, the others are not looked at. */
#define DESCRIPTOR_SIGHTS_MAX 64

struct descriptor_watch_report {
	uint64_t looks;   /* at the process below */
	uint64_t reached; /* of these, at which all its descriptors were in use; 0: never */
	/* CLOCK_MONOTONIC, of the first and the last such look. */
	uint64_t first_ns, last_ns;
	uint64_t limit;               /* RLIMIT_NOFILE at the last of them */
	uint32_t pid;                 /* as the bench sees it */
	uint32_t processes;           /* that reached their own limits */
	char name[PROCESS_NAME_SIZE]; /* of that process */
};

struct descriptor_sight {
	pid_t pid;
	int folder; /* its /proc/PID/fd */
	bool is_near;
	bool serves;     /* what is asked when its limit is reached, until the answer is yes */
	uint64_t limit;  /* 0: not known */
	uint64_t beyond; /* descriptors that were opened before the limit became lower */
	struct descriptor_watch_report report;
};

/* Whether a process has to do with what is served: one that does not keeps nobody waiting. */
typedef bool descriptor_watch_serves_fn(void *argument, pid_t pid);

struct descriptor_watch {
	descriptor_watch_serves_fn *serves; /* NULL: all processes serve */
	void *argument;                     /* its first */
	/* Connections that the load may have open; a proxy takes two descriptors for each. */
	uint64_t connections;
	uint64_t due_ns, near_due_ns, question_due_ns, questions;
	size_t count;
	struct descriptor_sight sights[DESCRIPTOR_SIGHTS_MAX];
};

/* Looks at a process and its descendants, unless what the last look took says that it is too
 * early. Returns whether one of them is near its limit. By one thread at a time. */
bool descriptor_watch_look(struct descriptor_watch *watch, struct process *process);

/* Looks at those that are near their limits, if that is due. */
void descriptor_watch_look_near(struct descriptor_watch *watch);

/* What one look at a process has come to. */
void descriptor_watch_see(struct descriptor_watch *watch, struct descriptor_sight *sight,
	uint64_t in_use, uint64_t now_ns);

/* Of the processes that serve, the one that was seen at its limit most often. */
struct descriptor_watch_report descriptor_watch_report(const struct descriptor_watch *watch);

/* Closes what the looks opened. */
void descriptor_watch_finish(struct descriptor_watch *watch);

#endif
