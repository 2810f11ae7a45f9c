/* Looks at the accept queues that the load fills: before it, meanwhile, and behind it. */
#ifndef BENCH_ENDS_ACCEPT_LOOK_H
#define BENCH_ENDS_ACCEPT_LOOK_H

#include "bench/ends/accept_holder.h"
#include "bench/measure/accept_watch.h"
#include "bench/measure/listener_gaps.h"
#include "common/error.h"

struct accept_look {
	struct accept_watch *watch; /* NULL: not begun */
	struct accept_start start;
	struct accept_limit limit;
	uint64_t limit_due_ns; /* when descriptors are looked at again */
};

/* Before the load. Returns 0 or -1. */
int accept_look_begin(struct accept_look *look, const struct network *network,
	const struct address *address, struct process *server, struct error *error);

/* Meanwhile: looks that are due. Returns 0 or -1. */
int accept_look_turn(struct accept_look *look, struct process *server, struct error *error);

/* The last look of the load, which was over at `at_ns`. Returns 0 or -1. */
int accept_look_load_is_over(struct accept_look *look, uint64_t at_ns, struct error *error);

/* A look now. Returns how many connections wait, or -1. */
int64_t accept_look_waiting(struct accept_look *look, struct error *error);

/* What all looks have come to, and who holds the listener whose queue is the longest, where it is
 * not empty. */
void accept_look_finish(const struct accept_look *look, struct process *server,
	struct accept_watch_report *report, struct accept_holder *holder);

void accept_look_clear(struct accept_look *look);

#endif
