/* Which processes can call accept(2) on a listener, and what keeps them from it. */
#ifndef BENCH_ENDS_ACCEPT_HOLDER_H
#define BENCH_ENDS_ACCEPT_HOLDER_H

#include "bench/ends/holders.h"
#include "bench/measure/accept_watch.h"
#include "bench/measure/listener_gaps.h"
#include "bench/process/process.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Of more listeners, and of more processes of one, the others are not kept. */
#define ACCEPT_START_LISTENERS 16
#define ACCEPT_START_PROCESSES 16

struct accept_start_process {
	pid_t pid;
	char name[PROCESS_NAME_SIZE];
};

/* Who held a listener when the load began. */
struct accept_start_listener {
	uint32_t inode;
	size_t count;
	bool are_all; /* there were no more processes */
	struct accept_start_process processes[ACCEPT_START_PROCESSES];
};

struct accept_start {
	size_t count;
	struct accept_start_listener listeners[ACCEPT_START_LISTENERS];
};

struct accept_holder {
	struct holder holder; /* its `held` means nothing */
	bool is_stopped;      /* each of the processes, by a signal */
	/* RLIMIT_NOFILE of the first, where each of the processes has reached its own; 0: not. */
	uint64_t descriptor_limit;
	/* One that held the listener when the load began, and does not any more, while all that
	 * hold it did so then, or none of them; pid 0: there is none. */
	uint32_t left_pid;
	bool left_to_newcomers; /* none */
	bool left_has_ended;
	char left_name[PROCESS_NAME_SIZE];
};

/* How often those that hold a listener had no descriptor left while connections waited there. */
struct accept_limit {
	uint64_t looks;    /* at which connections waited */
	uint64_t reached;  /* of these, at which each of the processes had reached its RLIMIT_NOFILE
			    */
	uint64_t first_ns; /* of those, the first, and what was seen then */
	uint64_t limit;
	struct holder holder;
};

void accept_limit_see(
	struct accept_limit *limit, const struct accept_holder *holder, uint64_t at_ns);

void accept_start_take(
	struct accept_start *start, const struct accept_queues *queues, struct process *server);

/* Whether those that held a listener at the start have ended; unknown of one of later. */
enum listener_gap_holder accept_start_holder(const struct accept_start *start, uint32_t inode);

/* Who holds the listener now. */
struct accept_holder accept_holder_find(
	uint32_t inode, struct process *server, const struct accept_start *start);

#endif
