/* The workers of the program, each with a thread, and what they share. */
#ifndef SERVER_WORKER_POOL_H
#define SERVER_WORKER_POOL_H

#include "common/error.h"
#include "server/host/sockets.h"
#include "server/worker.h"

#include <stddef.h>

struct worker_pool {
	/* The workers that serve, and after them the worker of /metrics, if there is one. The main
	 * thread runs the first. */
	struct worker **workers;
	size_t count, serving_count;
	size_t started; /* workers that a thread was started for, the first included */
	size_t running; /* workers that have not ended */
	struct worker_shared shared;
	int sockstat_fd; /* sockstat_open: for /metrics; -1: none */
};

void worker_pool_init(struct worker_pool *pool);

/* Opens what workers share. Returns 0, or -1 with errno. */
int worker_pool_open(struct worker_pool *pool);

/* Creates the workers around the sockets: as many as the options of `serving` say, and one for
 * /metrics where there is a socket for it. Returns 0 or -1. */
int worker_pool_create(struct worker_pool *pool, const struct role *serving,
	const struct role *metrics, struct sockets *sockets, struct error *error);

/* Starts a thread for each worker but the first. Returns 0; or -1 when some could not be started.
 */
int worker_pool_start(struct worker_pool *pool, struct error *error);

/* Gives every worker an order. */
void worker_pool_order(struct worker_pool *pool, enum worker_order order);

/* Waits for the threads that were started. */
void worker_pool_join(struct worker_pool *pool);

/* Logs how many connections were opened and closed. Returns STATUS_OK, or STATUS_FAILED when a
 * connection is not accounted for or a worker's loop has failed. */
int worker_pool_account(const struct worker_pool *pool);

void worker_pool_close(struct worker_pool *pool);

#endif
