/* The connections of a capture, found by their four-tuple. One that is over is kept for a while,
 * since its segments may be sent again: the latest CONNECTION_TABLE_ENDED of them. Memory is
 * bounded: where more are open than may be, one that was silent for long is reported as it is. */
#ifndef BENCH_TRACE_CONNECTION_TABLE_H
#define BENCH_TRACE_CONNECTION_TABLE_H

#include "bench/trace/connection.h"

#include <stddef.h>

/* Connections that are over and kept. */
#define CONNECTION_TABLE_ENDED 16384
/* So long after its last segment, nothing new is expected of one that is over: what is lost is sent
 * again after 200 ms (TCP_RTO_MIN, include/net/tcp.h), twice that, and so on. */
#define CONNECTION_TABLE_SETTLE_NS UINT64_C(1000000000)

struct connection_table_options {
	uint32_t max; /* connections at the same time, at least 1 */
	/* Called once for each connection: when nothing more is expected of it, or at the end. The
	 * connection is gone when it returns. Required. */
	void (*report)(void *context, const struct connection *connection);
	void *context;
};

struct connection_table_counts {
	uint64_t connections;    /* that began */
	uint64_t cut_short;      /* that were reported before their end, to make room */
	uint64_t no_memory;      /* segments that were not looked at: there was no memory */
	uint64_t too_many_holes; /* whose bytes may be too few: more holes than are kept */
	uint32_t most;           /* at the same time */
};

struct connection_table;

struct connection_table *connection_table_create(const struct connection_table_options *options);
void connection_table_destroy(struct connection_table *table);

/* Gives the segment to its connection, which may be new. Returns the connection, which lives until
 * the next call, and what is worth telling of the segment; or NULL where there is no memory. */
const struct connection *connection_table_see(
	struct connection_table *table, const struct segment *segment, unsigned *notes);

/* Reports those that are over and were silent by then (CONNECTION_TABLE_SETTLE_NS), as a capture
 * that goes on wants; what comes of them later is not told any more. Not called: they are reported
 * when there are enough others, or at the end. */
void connection_table_settle(struct connection_table *table, uint64_t now_ns);

/* Reports what is left, by number. */
void connection_table_finish(struct connection_table *table);

const struct connection_table_counts *connection_table_counts(const struct connection_table *table);

#endif
