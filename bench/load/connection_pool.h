/* A worker's connections, by what each is free for: one that has ended for the next start, an idle
 * one for the next request. */
#ifndef BENCH_LOAD_CONNECTION_POOL_H
#define BENCH_LOAD_CONNECTION_POOL_H

#include "bench/load/connection.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

struct connection_pool {
	struct connection *connections;
	size_t count;
	struct connection *ready; /* those that are free for the next start */
	/* Idle connections, the one that was used last first. */
	LIST_HEAD(, connection) idle;
	size_t busy; /* connections that are open or back off */
};

/* All of them have ended. Returns 0, or -1 when there is no memory. */
int connection_pool_init(struct connection_pool *pool, size_t count);
/* Of a pool of zeros, too. */
void connection_pool_finish(struct connection_pool *pool);

/* Nothing is free for a start or a request. */
static inline bool connection_pool_is_dry(const struct connection_pool *pool)
{
	return !pool->ready && LIST_EMPTY(&pool->idle);
}

/* One is ready. */
static inline struct connection *connection_pool_take_ready(struct connection_pool *pool)
{
	struct connection *c = pool->ready;
	pool->ready = c->next_ready;
	pool->busy++;
	return c;
}

/* It has ended. */
static inline void connection_pool_release(struct connection_pool *pool, struct connection *c)
{
	c->next_ready = pool->ready;
	pool->ready = c;
	pool->busy--;
}

#endif
