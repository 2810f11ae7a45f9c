#include "server/worker_pool.h"

#include "server/host/sockstat.h"
#include "server/log.h"
#include "server/memory.h"
#include "server/metrics.h"
#include "server/options.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Writes /metrics: the counters of all workers that serve. Called from any worker's thread. */
static size_t pool_metrics(void *owner, char *text, size_t size)
{
	const struct worker_pool *pool = owner;
	struct metrics sum = {0};
	struct metrics_gauges gauges = {0};
	for (size_t i = 0; i < pool->serving_count; i++)
		metrics_sum(&pool->workers[i]->metrics, &sum);
	gauges.has_time_wait = sockstat_time_wait(pool->sockstat_fd, &gauges.time_wait) == 0;
	gauges.has_memory = memory_read(&gauges.memory) == 0;
	const struct td_strategy *strategy = pool->workers[0]->executor.strategy;
	return metrics_render(&sum, &gauges, strategy->name, text, size);
}

void worker_pool_init(struct worker_pool *pool)
{
	*pool = (struct worker_pool){.sockstat_fd = -1, .shared = {.ended_fd = -1}};
}

int worker_pool_open(struct worker_pool *pool)
{
	pool->shared.ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	hook_marks_inherit(&pool->shared.marks);
	pool->shared.metrics = pool_metrics;
	pool->shared.metrics_owner = pool;
	return pool->shared.ended_fd == -1 ? -1 : 0;
}

static int worker_add(
	struct worker_pool *pool, const struct role *role, int fd, struct error *error)
{
	if (fd == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start a thread");
	struct worker *w = worker_create(&pool->shared, role, pool->count, fd, error);
	if (!w)
		return -1;
	pool->workers[pool->count++] = w;
	return 0;
}

int worker_pool_create(struct worker_pool *pool, const struct role *serving,
	const struct role *metrics, struct sockets *sockets, struct error *error)
{
	size_t threads = (size_t)serving->options->threads;
	pool->workers = calloc(threads + 1, sizeof(*pool->workers));
	if (!pool->workers)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	for (; pool->serving_count < threads; pool->serving_count++) {
		int fd = sockets_share(sockets, pool->serving_count);
		if (worker_add(pool, serving, fd, error) == -1)
			return -1;
	}
	if (sockets->metrics_fd == -1)
		return 0;
	int fd = sockets->metrics_fd;
	sockets->metrics_fd = -1;
	return worker_add(pool, metrics, fd, error);
}

int worker_pool_start(struct worker_pool *pool, struct error *error)
{
	for (pool->started = 1; pool->started < pool->count; pool->started++) {
		struct worker *w = pool->workers[pool->started];
		errno = pthread_create(&w->thread, NULL, worker_run, w);
		if (errno != 0)
			break;
	}
	pool->running = pool->started;
	if (pool->started < pool->count)
		return error_set_errno(error, STATUS_FAILED, "cannot start a thread");
	return 0;
}

void worker_pool_order(struct worker_pool *pool, enum worker_order order)
{
	for (size_t i = 0; i < pool->count; i++)
		worker_order_give(pool->workers[i], order);
}

void worker_pool_join(struct worker_pool *pool)
{
	for (size_t i = 1; i < pool->started; i++)
		pthread_join(pool->workers[i]->thread, NULL);
}

int worker_pool_account(const struct worker_pool *pool)
{
	int status = STATUS_OK;
	uint64_t opened = 0, closed = 0, left = 0;
	for (size_t i = 0; i < pool->count; i++) {
		const struct worker *w = pool->workers[i];
		uint64_t ended = w->metrics.counts.states[EXECUTOR_ENDED];
		if (w->status != 0 || ended != w->metrics.counts.opened || w->connections.count > 0)
			status = STATUS_FAILED;
		if (i >= pool->serving_count)
			continue;
		opened += w->metrics.counts.opened;
		closed += ended;
		left += w->connections.count;
	}
	log_event(LOG_ACCOUNTING, "opened=%llu closed=%llu left=%llu", (unsigned long long)opened,
		(unsigned long long)closed, (unsigned long long)left);
	return status;
}

void worker_pool_close(struct worker_pool *pool)
{
	for (size_t i = 0; i < pool->count; i++)
		worker_destroy(pool->workers[i]);
	free(pool->workers);
	hook_marks_finish(&pool->shared.marks);
	if (pool->shared.ended_fd != -1)
		close(pool->shared.ended_fd);
	if (pool->sockstat_fd != -1)
		close(pool->sockstat_fd);
}
