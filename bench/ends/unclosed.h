/* Which of the server's processes have not closed connections that are not the load's, after the
 * other end's FIN. */
#ifndef BENCH_ENDS_UNCLOSED_H
#define BENCH_ENDS_UNCLOSED_H

#include "bench/ends/holders.h"
#include "bench/measure/close_waits.h"
#include "bench/process/process.h"

#include <stddef.h>
#include <stdint.h>

struct unclosed_place {
	struct close_wait_place of;
	struct holder holder;
};

struct unclosed {
	size_t count;
	struct unclosed_place list[CLOSE_WAIT_PLACES_MAX];
	uint64_t elsewhere; /* sockets of places that found no room */
};

/* Returns 0, or -1 when there is no memory. */
int unclosed_find(
	const struct close_waits *waits, struct process *server, struct unclosed *unclosed);

#endif
