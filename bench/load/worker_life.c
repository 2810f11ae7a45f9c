#include "bench/load/worker.h"

#include <stdatomic.h>
#include <unistd.h>

/* `whole` in `parts`, the remainder to the first ones. */
static uint64_t share_of(uint64_t whole, uint64_t part, uint64_t parts)
{
	return whole / parts + (part < whole % parts);
}

static int context_init(struct connection_context *context, const struct builtin_loader_spec *spec,
	uint32_t index, void *histograms, struct error *error)
{
	if (connection_context_init(context, spec, WORKER_TICK_NS, error) == -1)
		return -1;
	source_address_init(&context->source, spec->network, spec->strategy->source_port,
		spec->port_low, spec->port_high, index, spec->threads);
	if (recorder_init(&context->recorder, spec->arrivals != ARRIVALS_CLOSED, histograms) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	context->recorder.ramp = spec->ramp;
	context->recorder.expected = spec->expected;
	return 0;
}

int worker_init(struct worker *worker, const struct builtin_loader_spec *spec,
	const struct load_span *span, uint32_t index, struct error *error)
{
	worker->spec = spec;
	worker->span = span;
	worker->quota = spec->total ? share_of(spec->total, index, spec->threads) : UINT64_MAX;
	schedule_init(&worker->schedule, spec->arrivals, spec->rate_per_s, spec->seed, index,
		spec->threads);
	schedule_shift(&worker->schedule, spec->phase / spec->threads);
	schedule_rise(&worker->schedule, &spec->ramp);
	worker->batch.size = spec->connect_batch;
	speculative_reads_init(&worker->reads);
	if (event_wait_open(&worker->events, error) == -1 ||
		context_init(&worker->context, spec, index, worker->histograms, error) == -1)
		return -1;
	if (connection_pool_init(
		    &worker->pool, share_of(spec->connections, index, spec->threads)) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the connections");
	worker->context.events = (struct event_watch){.span = span->has_events ? span : NULL,
		.first = worker->pool.connections,
		.count = worker->pool.count,
		.stride = sizeof(*worker->pool.connections),
		.counts = worker->context.recorder.totals.events};
	return 0;
}

void worker_count_missed(struct worker *worker)
{
	struct recorder *recorder = &worker->context.recorder;
	uint64_t stopped = atomic_load(&worker->span->stopped_ns);
	uint64_t due = schedule_due_ns(&worker->schedule);
	while (recorder->totals.missed < worker->quota &&
		schedule_skip(&worker->schedule, stopped, 1) == 1) {
		recorder_missed(recorder, due, worker->is_dry_at_end);
		due = schedule_due_ns(&worker->schedule);
	}
}

void worker_finish(struct worker *worker)
{
	if (worker->spec && worker->events.epoll_fd >= 0)
		close(worker->events.epoll_fd);
	recorder_finish(&worker->context.recorder);
	connection_context_finish(&worker->context);
	connection_pool_finish(&worker->pool);
}
