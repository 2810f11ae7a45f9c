/* The segments that arrive on a link, or leave by it, and pass a filter, in a ring that is shared
 * with the kernel: a reader that looks ten times a second costs no wake-up a packet. */
#ifndef BENCH_MEASURE_PACKET_RING_H
#define BENCH_MEASURE_PACKET_RING_H

#include "bench/network/shared_ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a ring takes. */
enum packet_ring_kind {
	PACKET_RING_IPV4,
	PACKET_RING_IPV4_DATA, /* with the first bytes of what a segment carries */
	PACKET_RING_IPV6,
	PACKET_RING_HEADS_IPV4, /* with the head of a response; few */
	PACKET_RING_HEADS_IPV6,
	PACKET_RING_LOOPBACK, /* both, and how large segments are to be cut */
	PACKET_RING_SENT,     /* both, with what this host sends; with the first bytes of data */
};

struct packet_ring {
	struct shared_ring shared;
	enum packet_ring_kind kind;
	size_t next;
};

struct packet_view {
	const uint8_t *bytes; /* from the IP header on, in the ring */
	size_t length;        /* cut behind the TCP header's fixed part, or later */
	uint64_t at_ns;       /* CLOCK_REALTIME */
	/* Bytes of data in each segment that this one is to be cut into; UINT32_MAX: it is one; 0:
	 * the link does not say. */
	uint32_t cut_bytes;
};

/* Opens a ring on a link of the calling thread's namespace. Nothing that the filter would drop ever
 * enters. Returns 0, or -1 with nothing open. */
int packet_ring_open(struct packet_ring *ring, enum packet_ring_kind kind, unsigned ifindex,
	const struct sock_fprog *filter, struct error *error);
/* The oldest segment, which stays until it is released; false when there is none. */
bool packet_ring_peek(const struct packet_ring *ring, struct packet_view *view);
void packet_ring_release(struct packet_ring *ring);

#endif
