/* Threads of a server that close(2) holds up. SO_LINGER with a time makes close(2) wait until the
 * peer has acknowledged everything, on a non-blocking socket, too (inet_release,
 * net/ipv4/af_inet.c; sk_stream_wait_close, net/core/stream.c): the thread serves nobody meanwhile.
 *
 * What a thread is asleep in stands in /proc/PID/task/TID/syscall; wchan would not tell, as kernels
 * are built. A close(2) counts as blocked when two looks, CLOSE_WATCH_APART_NS or more apart, find
 * the same thread asleep in close(2) of the same descriptor, and it has not run in between (its
 * context switches are the same). So what is counted is at least what there was. */
#ifndef BENCH_PROCESS_CLOSE_WATCH_H
#define BENCH_PROCESS_CLOSE_WATCH_H

#include "bench/process/process.h"
#include "bench/process/thread_call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of a look: so many threads, those first that were in close(2) at the look before, then those
 * whose turn it is. */
#define CLOSE_WATCH_THREADS 64
#define CLOSE_WATCH_APART_NS UINT64_C(10000000)

struct close_watch_report {
	uint64_t looks;      /* 0: /proc does not say what threads wait in */
	uint64_t threads;    /* that the server had at one look, at most */
	uint64_t blocked;    /* closes */
	uint64_t at_once;    /* of these at one instant, at most */
	uint64_t first_ns;   /* when the first of them was first seen, CLOCK_MONOTONIC */
	uint64_t longest_ms; /* from the first look to the last at one of them */
	uint64_t processes;  /* whose threads these were, at least: 2 stands for more than one */
	uint32_t pid;        /* of the first, as the bench sees it */
	char name[PROCESS_NAME_SIZE]; /* of that process */
};

/* A thread that was asleep in close(2) at the last look. */
struct close_sight {
	pid_t pid, tid;
	unsigned long long descriptor, switches;
	uint64_t since_ns;
	uint64_t look;   /* the latest that found it so */
	bool is_counted; /* it is one of the blocked */
};

struct close_watch {
	struct close_sight sights[CLOSE_WATCH_THREADS];
	size_t sight_count;
	size_t turn;     /* of all threads, the one to be looked at next */
	uint64_t due_ns; /* of the next look */
	struct close_watch_report report;
};

/* Looks at the threads of a process and its descendants, unless what the last look took says that
 * it is too early. By one thread at a time. */
void close_watch_look(struct close_watch *watch, struct process *process);

/* A look is made of these; between the two, every thread that is asleep in close(2), as read
 * between `before_ns` and `after_ns`: its pid, tid, descriptor and switches. */
void close_watch_see(struct close_watch *watch, const struct close_sight *found, uint64_t before_ns,
	uint64_t after_ns);
void close_watch_end_look(struct close_watch *watch);

#endif
