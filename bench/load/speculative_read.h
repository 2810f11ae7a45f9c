/* Speculative reads: connections whose response is looked for before epoll(7) is asked to wait for
 * it. A worker that is busy comes back to a connection when its response is long there: the
 * connection then costs neither epoll_ctl(2), nor its part of epoll_pwait2(2), nor what the kernel
 * does to tell and to forget. A worker that has time registers a connection at once, and is told as
 * soon as something comes. */
#ifndef BENCH_LOAD_SPECULATIVE_READ_H
#define BENCH_LOAD_SPECULATIVE_READ_H

#include <stdbool.h>
#include <stdint.h>

struct connection;

/* A queue, the oldest first; the worker empties it. */
struct speculative_reads {
	struct connection *first, **end;
	uint32_t declined; /* so many more connections are not taken, after a look too early */
};

void speculative_reads_init(struct speculative_reads *reads);

/* The connection has sent its first request and is not registered with epoll. Returns false when
 * the queue does not take it: register it now. */
bool speculative_reads_add(struct speculative_reads *reads, struct connection *c);

/* Takes out the first, whatever its age; NULL: the queue is empty. */
struct connection *speculative_reads_take(struct speculative_reads *reads);

/* Takes out the first if a server that is not busy has answered it by `now_ns`; otherwise NULL. */
struct connection *speculative_reads_take_due(struct speculative_reads *reads, uint64_t now_ns);

/* A look came before the response did: the queue declines the next connections. */
void speculative_reads_too_early(struct speculative_reads *reads);

#endif
