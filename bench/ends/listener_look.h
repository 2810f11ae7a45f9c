/* Of several listeners that share the load's port (SO_REUSEPORT) one whose connections wait, while
 * the queues of the others are empty: how long one of them has waited, and who should accept. */
#ifndef BENCH_ENDS_LISTENER_LOOK_H
#define BENCH_ENDS_LISTENER_LOOK_H

#include "bench/ends/holders.h"
#include "bench/measure/accept_watch.h"
#include "bench/measure/sock_diag.h"
#include "bench/process/process.h"
#include "common/error.h"

#include <stdint.h>

/* What the look found that found the longest wait. */
struct listener_wait {
	uint64_t at_ns;     /* CLOCK_MONOTONIC; 0: there was none */
	uint64_t oldest_ms; /* so long one of them had waited, or longer */
	uint64_t waiting;   /* connections in these queues */
	uint32_t listeners, listeners_waiting;
	struct holder holder; /* of the longest queue; its `held` means nothing */
};

struct listener_look {
	struct diag *diag; /* NULL: nothing is looked at */
	uint64_t due_ns;
	struct listener_wait wait;
};

/* `diag` is of the server's end, and has to live as long. */
void listener_look_begin(struct listener_look *look, struct diag *diag);

/* Behind a look of the watch, in the load. Returns 0 or -1. */
int listener_look_turn(struct listener_look *look, struct accept_watch *watch,
	struct process *server, struct error *error);

#endif
