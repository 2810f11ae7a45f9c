#include "bench/load/shares.h"

#include "bench/load/load_thread.h"
#include "bench/load/worker.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>

struct share {
	struct load_thread thread;
	struct hook_mark own_mark; /* where the spec has no other */
	struct shares *all;
	struct worker worker;
};

struct shares {
	const struct builtin_loader_spec *spec;
	struct load_span *span;
	struct start_gate *gate;
	struct share *list; /* one a thread */
};

static void share_run(void *argument)
{
	struct share *share = argument;
	/* Sleep ends when it is to end, not up to 50 us later. */
	if (schedule_is_open(&share->worker.schedule))
		prctl(PR_SET_TIMERSLACK, 1UL);
	worker_run(&share->worker);
	worker_count_missed(&share->worker);
}

/* The window ends with the last connection, not when the owner looks. */
static void share_has_ended(void *argument)
{
	const struct shares *shares = ((struct share *)argument)->all;
	uint32_t ended = 0;
	for (uint32_t i = 0; i < shares->spec->threads; i++)
		ended += atomic_load(&shares->list[i].thread.ended);
	if (ended == shares->spec->threads && shares->spec->clients.count == 0)
		load_span_stop(shares->span);
}

/* The shares in the spec's memory; histograms are behind them. */
static size_t list_size(uint32_t threads)
{
	size_t align = alignof(max_align_t);
	return (threads * sizeof(struct share) + align - 1) / align * align;
}

static void *histograms_of(const struct builtin_loader_spec *spec, uint32_t index)
{
	size_t offset = list_size(spec->threads) + index * (LATENCIES * histogram_size());
	return spec->memory ? (char *)spec->memory + offset : NULL;
}

static int share_init(struct shares *shares, uint32_t index, struct error *error)
{
	const struct builtin_loader_spec *spec = shares->spec;
	struct share *share = &shares->list[index];
	struct hook_mark *mark = spec->marks ? &spec->marks[index] : &share->own_mark;
	share->all = shares;
	share->worker.histograms = histograms_of(spec, index);
	if (worker_init(&share->worker, spec, shares->span, index, error) == -1)
		return -1;
	share->worker.context.executor.mark = mark;
	share->thread = (struct load_thread){.netns = spec->network->client_netns,
		.gate = shares->gate,
		.mark = mark,
		.run = share_run,
		.has_ended = share_has_ended,
		.argument = share};
	return 0;
}

struct shares *shares_create(const struct builtin_loader_spec *spec, struct load_span *span,
	struct start_gate *gate, struct error *error)
{
	struct shares *shares = calloc(1, sizeof(*shares));
	if (shares)
		shares->list = spec->memory ? spec->memory
					    : calloc(spec->threads + 1, sizeof(*shares->list));
	if (!shares || !shares->list) {
		free(shares);
		error_set(error, STATUS_FAILED, "no memory for the loader");
		return NULL;
	}
	shares->spec = spec;
	shares->span = span;
	shares->gate = gate;
	for (uint32_t i = 0; i < spec->threads; i++) {
		if (share_init(shares, i, error) == -1) {
			shares_destroy(shares);
			return NULL;
		}
	}
	return shares;
}

int shares_start(struct shares *shares, struct error *error)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++)
		if (load_thread_start(&shares->list[i].thread, error) == -1)
			return -1;
	return 0;
}

void shares_begin(struct shares *shares, uint64_t now_ns)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++)
		schedule_begin(&shares->list[i].worker.schedule, now_ns);
}

bool shares_look(struct shares *shares, uint64_t passed_ns, bool is_due)
{
	bool all = true;
	for (uint32_t i = 0; i < shares->spec->threads; i++)
		all = load_thread_look(&shares->list[i].thread, passed_ns, is_due) && all;
	return all;
}

int shares_hang(const struct shares *shares)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++)
		if (load_thread_hangs(&shares->list[i].thread))
			return load_thread_hook(&shares->list[i].thread);
	return -1;
}

int shares_join(struct shares *shares, struct error *error)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++) {
		load_thread_join(&shares->list[i].thread);
		if (load_thread_check(&shares->list[i].thread, error) == -1)
			return -1;
	}
	return 0;
}

void shares_add(const struct shares *shares, struct load_totals *totals)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++) {
		const struct share *share = &shares->list[i];
		load_totals_add(totals, &share->worker.context.recorder.totals);
		totals->cpu_ns += load_thread_cpu_ns(&share->thread);
	}
}

void shares_add_cut(const struct shares *shares, struct load_totals *totals, uint64_t interval_ns)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++) {
		const struct share *share = &shares->list[i];
		const struct connection_pool *pool = &share->worker.pool;
		for (size_t c = 0; !load_thread_hangs(&share->thread) && c < pool->count; c++)
			recorder_cut_by_end(totals, &pool->connections[c], interval_ns);
	}
}

void shares_progress(const struct shares *shares, struct sample_progress *progress, uint32_t *bins)
{
	for (uint32_t i = 0; i < shares->spec->threads; i++) {
		const struct share *share = &shares->list[i];
		progress_count_add(&share->worker.context.recorder.progress, progress, bins);
		progress->loader_cpu_ns += load_thread_cpu_ns(&share->thread);
	}
}

uint64_t shares_closed_late(const struct shares *shares)
{
	uint64_t late = 0;
	for (uint32_t i = 0; i < shares->spec->threads; i++)
		late += progress_count_closed_late(
			&shares->list[i].worker.context.recorder.progress);
	return late;
}

void shares_destroy(struct shares *shares)
{
	if (!shares)
		return;
	for (uint32_t i = 0; i < shares->spec->threads; i++) {
		load_thread_join(&shares->list[i].thread);
		worker_finish(&shares->list[i].worker);
	}
	if (!shares->spec->memory)
		free(shares->list);
	free(shares);
}

size_t shares_memory_size(uint32_t threads)
{
	return list_size(threads) + threads * (LATENCIES * histogram_size());
}

void shares_recover(const void *memory, uint32_t threads, struct load_totals *totals)
{
	const struct share *list = memory;
	for (uint32_t i = 0; i < threads; i++) {
		const struct load_totals *own = &list[i].worker.context.recorder.totals;
		/* Of a thread that had not come to be. */
		if (!own->latencies[0])
			continue;
		load_totals_add(totals, own);
		/* By another process: the thread's clock is not there. */
		totals->cpu_ns += atomic_load(&list[i].thread.cpu_ns);
	}
}
