/* What listens in a namespace, as sock_diag lists it; of all states LISTEN alone costs next to
 * nothing. */
#ifndef BENCH_MEASURE_LISTEN_DUMP_H
#define BENCH_MEASURE_LISTEN_DUMP_H

#include "bench/measure/accept_watch.h"
#include "bench/measure/diag_dump.h"
#include "bench/measure/listeners.h"
#include "common/address.h"
#include "common/error.h"

/* Lists what listens, IPv4 and IPv6. Returns 0 or -1. */
int listen_dump_listeners(struct diag_dump *dump, struct listeners *listeners, struct error *error);

/* Lists the accept queues of those that take connections to `server`. Returns 0 or -1. */
int listen_dump_queues(struct diag_dump *dump, const struct address *server,
	struct accept_queues *queues, struct error *error);

#endif
