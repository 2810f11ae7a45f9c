/* What a connection that is over did not get: the response, its rest, or the server's close. */
#ifndef BENCH_LOAD_UNDELIVERED_H
#define BENCH_LOAD_UNDELIVERED_H

#include "bench/load/load_totals.h"

#include <stdint.h>

struct connection;

/* The client's deadline passed while it waited for a response. One that has begun is not recorded.
 */
void undelivered_gave_up(struct load_totals *totals, const struct connection *c, uint64_t now_ns);

/* The server's FIN or RST came where a response was awaited. One that has not begun was not
 * truncated, it was never given: recorded where it was a FIN. */
void undelivered_cut(struct load_totals *totals, const struct connection *c, uint64_t now_ns);

/* An attempt that was not refused is over. One that completed is not recorded. */
void undelivered_ended(struct load_totals *totals, const struct connection *c, enum outcome outcome,
	uint64_t now_ns);

#endif
