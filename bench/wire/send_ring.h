/* Frames that are sent on a link, by way of a ring that is shared with the kernel: one system call
 * sends all that were put there. */
#ifndef BENCH_WIRE_SEND_RING_H
#define BENCH_WIRE_SEND_RING_H

#include "bench/network/shared_ring.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* So many frames that wait are sent without a flush. */
#define SEND_RING_BATCH 64

struct send_ring {
	struct shared_ring shared;
	size_t next;     /* to be put */
	size_t taken;    /* up to here the kernel took them */
	uint64_t unsent; /* frames that the link did not take */
};

/* On a link of the calling thread's namespace. Returns 0, or -1 with nothing open. */
int send_ring_open(struct send_ring *ring, unsigned ifindex, struct error *error);

/* Has the frame sent, behind those before it, by the next send_ring_flush: this call makes it where
 * the batch is full. The frame is copied. */
void send_ring_put(struct send_ring *ring, struct iovec frame);
void send_ring_flush(struct send_ring *ring);

#endif
