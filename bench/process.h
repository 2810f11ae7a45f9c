/* The server of a trial: a child process in the server's namespace. It dies with the bench. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define PROCESS_OUTPUT_MAX 4096

struct process {
	pid_t pid;     /* 0: none */
	int output_fd; /* its stdout and stderr */
	clockid_t cpu_clock;
	bool ended;
	int wait_status;
	char output[PROCESS_OUTPUT_MAX]; /* the last of what it said */
	size_t output_length;
};

/* Starts argv[0] inside the namespace. Returns 0 or -1. */
int process_start(struct process *process, int netns_fd, char *const *argv, struct error *error);

/* Reads what it said, and sees whether it has ended. Returns true while it runs. */
bool process_poll(struct process *process);

/* "exited with status 1" or "was killed by signal 9", and its last line. Only after it ended. */
void process_describe_end(const struct process *process, char *text, size_t size);

/* CPU time so far. 0 when it cannot be read. */
uint64_t process_cpu_ns(const struct process *process);

/* Resident memory now, and the most there ever was. 0 when it cannot be read. */
uint64_t process_rss_bytes(const struct process *process, uint64_t *peak);

/* SIGTERM, then SIGKILL when it has not ended within the time. Returns 0 when it exited with status
 * 0. */
int process_stop(struct process *process, uint64_t within_ns);

#endif
