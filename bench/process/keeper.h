/* The keeper of a child process (child.h): its parent, and a child of the bench. What the work
 * starts comes to the keeper, however it forks, and ends with the work, or with the bench, even if
 * the bench is killed. */
#ifndef BENCH_PROCESS_KEEPER_H
#define BENCH_PROCESS_KEEPER_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

/* In memory that the bench shares with the keeper. */
struct keeper_report {
	atomic_bool is_to_end;  /* by the bench: a signal asks the keeper to look */
	atomic_bool is_stopped; /* the worker, by a signal that stops */
	atomic_bool has_ended;  /* the worker, with this status: */
	atomic_int wait_status;
	atomic_int worker; /* its process; 0: it was not forked yet */
	int fork_errno;    /* the worker could not be forked; 0: it was */
};

/* In the child that the bench has forked with all signals blocked: forks the worker, which has the
 * signal mask of before and does the work, and exits when all has ended. */
void keeper_run(pid_t bench, struct keeper_report *report, const sigset_t *before,
	void (*work)(void *argument), void *argument) __attribute__((noreturn));

#endif
