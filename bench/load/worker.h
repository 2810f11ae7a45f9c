/* A worker is one thread's share of the load: its connections, and the loop that they live in. The
 * worker starts connections, hands them what epoll(7) and the timers report, and does what follows
 * from the status that each call returns. */
#ifndef BENCH_LOAD_WORKER_H
#define BENCH_LOAD_WORKER_H

#include "bench/load/batch.h"
#include "bench/load/builtin_loader_spec.h"
#include "bench/load/connection_pool.h"
#include "bench/load/event_wait.h"
#include "bench/load/load_span.h"
#include "bench/load/schedule.h"
#include "bench/load/speculative_read.h"
#include "common/clock.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Its timers' tick, and the longest that it sleeps. */
#define WORKER_TICK_NS (5 * NS_PER_MS)

/* Only the worker's thread writes to it. */
struct worker {
	const struct builtin_loader_spec *spec;
	const struct load_span *span;
	struct schedule schedule;
	struct event_wait events;
	struct connection_pool pool;
	struct batch batch;
	struct speculative_reads reads;
	uint64_t quota;     /* connections that may still be attempted */
	uint64_t dry_ns;    /* when a start was last due and no connection was free */
	bool is_dry_at_end; /* no connection was free when the load was told to end */
	struct connection_context context;
	/* Of the recorder (recorder_init); set before worker_init. Optional: default its own. */
	void *histograms;
};

/* Gives a worker of zeros the share `index` of `spec->threads`. Returns 0, or -1 with `error`. */
int worker_init(struct worker *worker, const struct builtin_loader_spec *spec,
	const struct load_span *span, uint32_t index, struct error *error);

/* Returns when all the worker's connections have been made and closed, or when what is under way at
 * the end has had its time: then that is closed, and counted as timed out. */
void worker_run(struct worker *worker);

/* After worker_run: counts the starts of an open loop that were due before the load's end and were
 * not made. */
void worker_count_missed(struct worker *worker);

/* After worker_init, whatever it returned; or of a worker of zeros. */
void worker_finish(struct worker *worker);

#endif
