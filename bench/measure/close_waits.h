/* Connections that are not the load's, and that a process has not closed after the other end's FIN:
 * its sockets in CLOSE_WAIT, by the place that the connections lead to. */
#ifndef BENCH_MEASURE_CLOSE_WAITS_H
#define BENCH_MEASURE_CLOSE_WAITS_H

#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of more places, and of more sockets, the others are only counted. */
#define CLOSE_WAIT_PLACES_MAX 4
#define CLOSE_WAIT_SOCKETS_MAX 4096

/* What is younger may be closed at once. */
#define CLOSE_WAIT_LEAST_MS 1000

struct close_wait_place {
	/* Where those lead that this end opened; of accepted ones the listener's own address. */
	struct tcp_segment_end at;
	bool is_accepted;
	uint64_t sockets;
	uint64_t oldest_ms; /* since the last acknowledgement came, which was that of the FIN */
};

struct close_waits {
	size_t count; /* of places */
	struct close_wait_place places[CLOSE_WAIT_PLACES_MAX];
	uint64_t elsewhere; /* sockets of other places */
	size_t socket_count;
	uint32_t inodes[CLOSE_WAIT_SOCKETS_MAX];
	uint8_t place_of[CLOSE_WAIT_SOCKETS_MAX];
};

/* A socket that a process holds. One that is younger than CLOSE_WAIT_LEAST_MS does not count. */
void close_waits_add(struct close_waits *waits, const struct tcp_segment_end *at, bool is_accepted,
	uint64_t age_ms, uint32_t inode);

#endif
