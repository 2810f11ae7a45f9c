/* A part of the bench's own work in a child process, so that a crash, an exit, a stop, or a call
 * that never returns in there is a result, and the bench goes on. Whatever the work starts ends
 * with the child. */
#ifndef BENCH_PROCESS_CHILD_H
#define BENCH_PROCESS_CHILD_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct keeper_report;

struct child {
	pid_t pid;       /* of its keeper (keeper.h) */
	int wait_status; /* of the work, once the child has ended */
	int fork_errno;  /* where the work could not be begun; 0: it was */
	/* The work or its keeper is stopped (SIGSTOP), as child_await saw it last. */
	bool is_stopped;
	bool is_keeper_stopped;
	bool is_ending; /* the work has ended, and what it has started is being ended */
	struct keeper_report *report;
};

/* Forks. The child does the work, exits with status 0, and dies with the bench. The program must
 * have no threads. Returns 0; then child_await that returned true, or child_kill, is due. Or -1. */
int child_start(
	struct child *child, void (*work)(void *argument), void *argument, struct error *error);

/* Waits, at most as long as said. Returns whether the child has ended, with all that it started. */
bool child_await(struct child *child, uint64_t within_ns);

/* Whether the work waits for something other than a processor. Only before the end. */
bool child_is_asleep(const struct child *child);

/* SIGKILL, and waits for the end, also of a child that is stopped. */
void child_kill(struct child *child);

/* How the work ended the child: "Segmentation fault", "exit status 3"; or why it could not be
 * begun. Only after the end. */
void child_describe_end(const struct child *child, char *text, size_t size);

#endif
