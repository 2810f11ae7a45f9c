/* A program of a trial, the server or a loader, in its network namespace. It dies with the bench.
 */
#ifndef BENCH_PROCESS_PROCESS_H
#define BENCH_PROCESS_PROCESS_H

#include "bench/process/launcher.h"
#include "bench/process/process_tree.h"
#include "common/error.h"
#include "strategies/core/hook.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_OUTPUT_MAX 16384

struct process_spec {
	int netns_fd;
	char *const *argv;
	/* The program and all its descendants are counted, and killed, as one (container.h). */
	bool is_family;
	/* Run it in this family, which runs and is told to hold meanwhile (container.h); its end is
	 * waited for by itself. Optional: default the bench's own process namespace. */
	struct process *host;
	/* What forks, where this process has descriptors of a load. Optional: default this process.
	 */
	const struct launcher *launcher;
	/* Its stdin and stdout, a socket. Optional: default 0, it has nothing to read, and its
	 * stdout goes where its stderr does. */
	int stream_fd;
};

struct process {
	pid_t pid;     /* 0: none */
	int output_fd; /* its stdout and stderr */
	bool is_family;
	bool ended; /* read by the sampler, too */
	int wait_status;
	/* Of the hooks that it calls. Optional: default none are known. */
	struct hook_marks marks;
	bool stays;            /* it did not end on SIGTERM, so that process_stop sent SIGKILL */
	uint64_t ended_cpu_ns; /* of all that it has come to */
	struct process_tree tree;
	char output[PROCESS_OUTPUT_MAX]; /* the last of what it said */
	size_t output_length;
};

/* Starts argv[0] inside the namespace. Returns 0 or -1. */
int process_start(struct process *process, const struct process_spec *spec, struct error *error);

/* The same of one that has ended: what is counted of it goes on. It then is what the spec says, but
 * for its marks, which stay. Returns 0, or -1: then it has ended. */
int process_start_again(
	struct process *process, const struct process_spec *spec, struct error *error);

/* Reads what it said, and sees whether it has ended. Returns true while it runs. */
bool process_poll(struct process *process);

/* The exit status, or 128 + the signal that killed the process. Only after its end. */
int process_exit_status(const struct process *process);

/* The last line of what it said, in printable ASCII; may be empty. */
void process_last_line(const struct process *process, char *text, size_t size);

/* "exited with status 1" or "was killed by signal 9", the hook that was being called if one was,
 * and its last line. Only after it ended. */
void process_describe_end(const struct process *process, char *text, size_t size);

/* CPU time so far, of its descendants too. While it runs, by one thread at a time. */
uint64_t process_cpu_ns(struct process *process);

/* The same, as it was last read; by any thread. */
uint64_t process_cpu_seen_ns(const struct process *process);

/* The processes that it has come to, but for the first of a family, which is the bench's own. By
 * any thread. Returns how many. */
size_t process_members(struct process *process, pid_t members[PROCESS_TREE_MAX]);

/* Resident memory now, and the most there ever was (process_tree.h). 0 after its end. */
uint64_t process_rss_bytes(struct process *process, uint64_t *peak);

/* SIGTERM, then SIGKILL when it has not ended within the time. Returns 0 when it exited with status
 * 0. */
int process_stop(struct process *process, uint64_t within_ns);

#endif
