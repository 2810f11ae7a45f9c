/* The pairs of a namespace while its sockets are listed: each connection that this end opened is
 * added to the pair of its addresses. */
#ifndef BENCH_DOCTOR_PAIR_TABLE_H
#define BENCH_DOCTOR_PAIR_TABLE_H

#include "bench/doctor/records.h"

struct pair_table;

/* One socket, as a pair counts it. */
struct pair_socket {
	struct counted_address source, destination;
	uint16_t own_port, port;
	bool is_ipv6, is_time_wait;
	uint32_t left_ms; /* of a TIME_WAIT: until its timer ends */
	uint32_t inode;
};

/* `settings` has to live as long. Returns NULL when there is no memory. */
struct pair_table *pair_table_create(const struct doctor_settings *settings);
void pair_table_destroy(struct pair_table *table);

/* A port that connect(2) does not choose is not counted. Returns 0, or -1 when there is no memory.
 */
int pair_table_add(struct pair_table *table, const struct pair_socket *socket);

/* The pairs that hold at least one port in `part`, the fullest first, at most `most`; those that
 * are left out are counted. What TIME_WAIT of these ends when is told. Destinations are those of
 * all pairs. The pairs are the caller's, to be freed by doctor_pairs_free, and the destinations, to
 * be freed by free(). Returns 0 or -1. */
int pair_table_take(struct pair_table *table, uint32_t part, size_t most,
	const struct time_wait_life *life, struct doctor_namespace *into);
void doctor_pairs_free(struct doctor_pair *pairs, size_t count);

/* Ports that all pairs hold. */
uint64_t pair_table_held(const struct pair_table *table);

#endif
