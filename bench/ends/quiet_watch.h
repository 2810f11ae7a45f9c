/* Which process holds the connections that a server does not close: looked at while the client
 * waits, since afterwards the client resets them, and their sockets cannot be found any more. */
#ifndef BENCH_ENDS_QUIET_WATCH_H
#define BENCH_ENDS_QUIET_WATCH_H

#include "bench/ends/holders.h"
#include "bench/measure/sock_diag.h"
#include "bench/process/process.h"

#include <stdint.h>

struct quiet_watch {
	struct diag *diag; /* of the server's end; NULL: nothing is looked for */
	uint64_t quiet_ns; /* for so long no data has gone over such a connection */
	uint64_t due_ns;   /* of the next look */
};

/* `timeout_ns` is the client's: after half of it a connection over which nothing goes is one that
 * the client waits for the end of. That holds where the client asks again at once or not at all.
 * `diag` has to live as long. */
void quiet_watch_begin(struct quiet_watch *watch, struct diag *diag, uint64_t timeout_ns);

/* Looks four times in such a time, or less often where a look takes long, until it has found who
 * holds answered connections over which nothing goes; writes that to `holder`. A look that fails
 * finds nothing. */
void quiet_watch_look(struct quiet_watch *watch, struct process *server, struct holder *holder);

#endif
