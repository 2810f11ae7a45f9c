/* Whole frames that arrive on a link, in a ring that is shared with the kernel. */
#ifndef BENCH_WIRE_FRAME_RING_H
#define BENCH_WIRE_FRAME_RING_H

#include "bench/network/shared_ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

struct frame_ring {
	struct shared_ring shared;
	size_t next;         /* to be read */
	size_t released;     /* up to here the kernel may write again */
	uint64_t ahead_ns;   /* of CLOCK_MONOTONIC, by which the kernel's time is */
	uint64_t arrived_ns; /* the last frame that was read */
};

/* On a link of the calling thread's namespace. Returns 0, or -1 with nothing open. */
int frame_ring_open(struct frame_ring *ring, unsigned ifindex, struct error *error);

/* The next frame that arrived, which stays in place until it is released; ring->arrived_ns is when.
 * Returns false where there is none. */
bool frame_ring_read(struct frame_ring *ring, struct iovec *frame);

/* All that were read. */
void frame_ring_release(struct frame_ring *ring);

#endif
