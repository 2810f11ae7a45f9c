/* What the server's end has made of requests that got no answer: looked at while the client waits,
 * since afterwards the client resets these connections, and the sockets cannot be found any more.
 */
#ifndef BENCH_TRIAL_ANSWER_WATCH_H
#define BENCH_TRIAL_ANSWER_WATCH_H

#include "bench/ends/holders.h"
#include "bench/measure/sock_diag.h"
#include "bench/process/process.h"
#include "common/error.h"

#include <stdint.h>

/* Of the look that found most connections waiting. One that changed meanwhile is in no count but
 * the first. */
struct answer_report {
	uint64_t at_ns;    /* CLOCK_MONOTONIC; 0: none was found waiting */
	uint64_t least_ns; /* for so long, or longer, nothing had gone over them */
	uint64_t waiting;
	/* The server's kernel had not acknowledged the request. */
	uint64_t unacknowledged;
	/* It had; and a process of the server held the socket, and had read all, or had not; or
	 * accept(2) had not taken the connection. */
	uint64_t read, unread, unaccepted;
	/* It had; and the server had no socket any more, while the client had neither FIN nor RST.
	 */
	uint64_t gone;
	struct holder holder; /* of those that were held */
};

struct answer_watch {
	struct diag *server; /* of the server's end, which has it */
	struct diag *client; /* NULL: nothing is looked for */
	uint64_t quiet_ns;
	uint64_t due_ns; /* of the next look */
};

/* `timeout_ns` is the client's: what is quiet for half of it waits. That holds where the client
 * asks again at once or not at all. `server` has to live as long. Returns 0 or -1. */
int answer_watch_open(struct answer_watch *watch, const struct load_flow *flow, struct diag *server,
	uint64_t timeout_ns, struct error *error);
void answer_watch_close(struct answer_watch *watch);

/* Looks four times in such a time, or less often where a look takes long; keeps the look that found
 * most. One that fails, or that finds too many sockets to tell of each, finds nothing. */
void answer_watch_look(
	struct answer_watch *watch, struct process *server, struct answer_report *report);

#endif
