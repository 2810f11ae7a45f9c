/* Whether a process of the server that is stopped keeps the load waiting: it holds a listener or a
 * connection of the load that no running process of the server holds, too. A helper that has closed
 * these, or that has inherited a listener on which another accepts, keeps nobody waiting. */
#ifndef BENCH_ENDS_STOP_LOOK_H
#define BENCH_ENDS_STOP_LOOK_H

#include "bench/measure/accept_watch.h"
#include "bench/measure/sock_diag.h"
#include "bench/process/process.h"

#include <stdbool.h>
#include <sys/types.h>

struct stop_look {
	struct diag *diag;
	struct accept_watch *listeners; /* NULL: none is known */
	struct process *server;
};

/* Of a struct stop_look (stop_watch_serves_fn). */
bool stop_look_serves(void *look, pid_t pid);

/* Whether the process holds a connection of the load now, accepted and not over. The same
 * argument (descriptor_watch_serves_fn). */
bool stop_look_holds(void *look, pid_t pid);

#endif
