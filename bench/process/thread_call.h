/* What a thread of another process is asleep in, as /proc tells. */
#ifndef BENCH_PROCESS_THREAD_CALL_H
#define BENCH_PROCESS_THREAD_CALL_H

#include <stdbool.h>
#include <sys/types.h>

#define PROCESS_NAME_SIZE 16 /* as the kernel keeps it (TASK_COMM_LEN) */

struct thread_call {
	bool is_asleep; /* in that system call, as a signal may end it: state S */
	/* Both only where it is asleep. */
	unsigned long long argument; /* the call's first */
	unsigned long long switches; /* of context, so far: none has come between equal counts */
};

/* Whether a thread is asleep in the system call of that number. Returns false when /proc does not
 * say: the thread is gone, or the kernel lets only its owner look. */
bool thread_call_read(pid_t pid, pid_t tid, long number, struct thread_call *call);

/* Whether a signal has stopped the process: state T. False where it is gone. */
bool process_is_stopped(pid_t pid);

/* Whether the process's first thread is asleep, as a signal may end it: state S. It is not while it
 * waits for a processor. False where it is gone. */
bool process_is_asleep(pid_t pid);

/* Whether the process is gone, but for its parent that has not waited for it. */
bool process_has_ended(pid_t pid);

/* The process's name, cleaned for printing; empty where it is gone. Returns `name`. */
char *process_name(pid_t pid, char name[PROCESS_NAME_SIZE]);

#endif
