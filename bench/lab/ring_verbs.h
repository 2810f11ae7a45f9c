/* Verbs of a scene whose applications have a ring (io_uring(7)). */
#ifndef BENCH_LAB_RING_VERBS_H
#define BENCH_LAB_RING_VERBS_H

#include "bench/lab/lesson.h"

/* Plays a scene in a thread of its own, which has a ring: its worker threads are of no other scene,
 * and what is pending at the end is cancelled. Where there is no ring to be had, the lesson's
 * claims are skipped, for that reason. */
void lab_ring(struct lab *lab, void (*scene)(struct lab *lab));

/* Begins to receive one byte, and waits for nothing. A ring pays no heed to O_NONBLOCK: the receive
 * is pending until a byte comes. One at a time. */
void lab_ring_receive(struct pair *pair, enum lab_end end);

/* Waits until it has ended. Returns how many bytes came, or a negated errno. */
int lab_ring_received(struct lab *lab);

/* The same, and cancels it before. */
int lab_ring_cancel(struct lab *lab);

struct lab_ring_closed {
	int result;     /* of IORING_OP_CLOSE: 0, or a negated errno */
	double took_ms; /* in io_uring_enter(2) until it was known */
};

/* `by_worker`: IOSQE_ASYNC. */
struct lab_ring_closed lab_ring_close(struct pair *pair, enum lab_end end, bool by_worker);

/* IORING_OP_SHUTDOWN, with SHUT_WR. Returns 0, or a negated errno. */
int lab_ring_shut(struct pair *pair, enum lab_end end);

/* What comes of a send and of a close that is linked to it. */
struct lab_ring_sent {
	int sent;            /* bytes, or a negated errno */
	int closed;          /* 0; or a negated errno: ECANCELED where the link broke */
	struct reading read; /* by the other end */
};

/* Gives both to the ring at once; from then on the other end reads to the end, and closes. */
struct lab_ring_sent lab_ring_send_close(
	struct pair *pair, enum lab_end end, unsigned bytes, bool waits_for_all);

/* How many worker threads the kernel has started for the ring. */
unsigned lab_ring_workers(struct lab *lab);

#endif
