/* Connections by the addresses and ports of both ends, whichever direction a segment has: a hash
 * table whose memory is bounded. */
#ifndef BENCH_MEASURE_FLOW_TABLE_H
#define BENCH_MEASURE_FLOW_TABLE_H

#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stage { STAGE_EMPTY, STAGE_SYN, STAGE_SYN_ACK, STAGE_OPEN, STAGE_OVER };

/* One end of a connection. */
struct side {
	struct tcp_segment_end at;
	enum td_who who;  /* its namespace */
	uint32_t fin_end; /* the sequence number behind the FIN */
	uint32_t fin_ack;
	bool fin;
};

/* The opener's latest request, and whether the other end has sent data since. */
struct flow_request {
	uint32_t seq;
	bool is_asked, is_answered;
	bool is_kept;  /* there was an answered one before */
	bool is_raced; /* it is counted */
};

struct flow {
	struct side sides[2]; /* the opener's first; of one that began before, as it was met */
	enum stage stage;
	bool counts;    /* its SYN was seen, in the trial */
	bool is_opened; /* it is in `opened` */
	bool is_before; /* it is in `began_before` */
	uint32_t isn;   /* of the opener */
	int time_wait;  /* the side that holds it; -1: none */
	uint64_t opened_ns;
	struct flow_request request;
};

struct flow_table {
	struct flow *slots; /* a power of two of them, open addressing */
	size_t slot_count, used;
};

/* Returns 0, or -1 without memory. */
int flow_table_init(struct flow_table *table);
void flow_table_finish(struct flow_table *table);

/* The connection's slot; or the empty one where it belongs, which the caller fills and counts in
 * `used`. */
struct flow *flow_table_find(const struct flow_table *table, const struct tcp_segment_end *a,
	const struct tcp_segment_end *b);

/* Makes room for one more: of a full table those that are over are dropped, at the worst the rest
 * too. Returns how many of the rest were dropped. */
size_t flow_table_room(struct flow_table *table);

#endif
