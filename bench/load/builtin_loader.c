#include "bench/load/builtin_loader.h"

#include "bench/load/crowd.h"
#include "bench/load/load_thread.h"
#include "bench/load/worker.h"
#include "common/clock.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

/* The worker and the thread that drives its connections. */
struct share {
	struct load_thread thread;
	struct hook_mark own_mark; /* where the spec has no other */
	struct builtin_loader *loader;
	struct worker worker;
};

struct builtin_loader {
	struct builtin_loader_spec spec;
	struct load_span span;
	struct share *shares;   /* one a thread */
	struct crowd *crowd;    /* NULL: all clients are plain */
	struct crowd *beside;   /* NULL: none */
	struct start_gate gate; /* opened by builtin_loader_start */
	struct start_gate beside_gate;
	uint64_t looked_ns; /* when is_done, or is_released, looked last; 0: never */
	uint32_t progress_bins[CONNECT_BINS]; /* what builtin_loader_progress saw before */
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
	struct builtin_loader *loader = ((struct share *)argument)->loader;
	uint32_t ended = 0;
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		ended += atomic_load(&loader->shares[i].thread.ended);
	if (ended == loader->spec.threads && !loader->crowd)
		builtin_loader_stop(loader);
}

/* The shares in the spec's memory; histograms are behind them. */
static size_t shares_size(uint32_t threads)
{
	size_t align = alignof(max_align_t);
	return (threads * sizeof(struct share) + align - 1) / align * align;
}

static void *histograms_of(const struct builtin_loader *loader, uint32_t index)
{
	const struct builtin_loader_spec *spec = &loader->spec;
	size_t offset = shares_size(spec->threads) + index * (LATENCIES * histogram_size());
	return spec->memory ? (char *)spec->memory + offset : NULL;
}

static int crowds_start(struct builtin_loader *loader, struct error *error)
{
	const struct builtin_loader_spec *spec = &loader->spec;
	if (spec->clients.count > 0 && !(loader->crowd = crowd_create(spec, &spec->clients,
						 &loader->span, &loader->gate, error)))
		return -1;
	if (spec->beside.count > 0 && !(loader->beside = crowd_create(spec, &spec->beside,
						&loader->span, &loader->beside_gate, error)))
		return -1;
	return 0;
}

static int share_init(struct builtin_loader *loader, uint32_t index, struct error *error)
{
	const struct builtin_loader_spec *spec = &loader->spec;
	struct share *share = &loader->shares[index];
	struct hook_mark *mark = spec->marks ? &spec->marks[index] : &share->own_mark;
	share->loader = loader;
	share->worker.histograms = histograms_of(loader, index);
	if (worker_init(&share->worker, spec, &loader->span, index, error) == -1)
		return -1;
	share->worker.context.executor.mark = mark;
	share->thread = (struct load_thread){.netns = spec->network->client_netns,
		.gate = &loader->gate,
		.mark = mark,
		.run = share_run,
		.has_ended = share_has_ended,
		.argument = share};
	return 0;
}

static int threads_start(struct builtin_loader *loader, struct error *error)
{
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		if (share_init(loader, i, error) == -1)
			return -1;
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		if (load_thread_start(&loader->shares[i].thread, error) == -1)
			return -1;
	if (crowds_start(loader, error) == -1)
		return -1;
	start_gate_await(&loader->gate, loader->spec.threads + (loader->crowd ? 1 : 0));
	return 0;
}

struct builtin_loader *builtin_loader_create(
	const struct builtin_loader_spec *spec, struct error *error)
{
	struct builtin_loader *loader = calloc(1, sizeof(*loader));
	if (loader)
		loader->shares = spec->memory ? spec->memory
					      : calloc(spec->threads, sizeof(*loader->shares));
	if (!loader || !loader->shares) {
		free(loader);
		error_set(error, STATUS_FAILED, "no memory for the loader");
		return NULL;
	}
	loader->spec = *spec;
	loader->span.has_events = spec->has_events;
	start_gate_init(&loader->gate);
	start_gate_init(&loader->beside_gate);
	if (threads_start(loader, error) == -1) {
		builtin_loader_destroy(loader);
		return NULL;
	}
	return loader;
}

void builtin_loader_prepare(struct builtin_loader *loader)
{
	start_gate_open(&loader->beside_gate);
}

uint64_t builtin_loader_beside_started(const struct builtin_loader *loader)
{
	return loader->beside ? crowd_started(loader->beside) : 0;
}

void builtin_loader_beside_allow(struct builtin_loader *loader, uint64_t connections)
{
	if (loader->beside)
		crowd_allow(loader->beside, connections);
}

bool builtin_loader_is_prepared(const struct builtin_loader *loader)
{
	return !loader->beside || crowd_is_there(loader->beside);
}

void builtin_loader_start(struct builtin_loader *loader)
{
	uint64_t now_ns = clock_now_ns();
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		schedule_begin(&loader->shares[i].worker.schedule, now_ns);
	atomic_store(&loader->span.started_ns, now_ns);
	start_gate_open(&loader->gate);
}

void builtin_loader_event(struct builtin_loader *loader)
{
	atomic_fetch_add_explicit(&loader->span.events, 1, memory_order_release);
}

static uint64_t span_due_ns(const struct builtin_loader *loader)
{
	return load_span_due_ns(&loader->span, loader->spec.timeout_ns);
}

/* Returns the time since the last look; 0: there was none. */
static uint64_t look_begin(struct builtin_loader *loader, uint64_t now)
{
	uint64_t passed = loader->looked_ns ? now - loader->looked_ns : 0;
	loader->looked_ns = now;
	return passed;
}

bool builtin_loader_is_done(struct builtin_loader *loader)
{
	uint64_t now = clock_now_ns(), passed = look_begin(loader, now);
	bool all = true;
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		all = load_thread_look(
			      &loader->shares[i].thread, passed, now >= span_due_ns(loader)) &&
		      all;
	if (loader->crowd)
		all = crowd_look(loader->crowd, passed, now >= span_due_ns(loader)) && all;
	if (all)
		builtin_loader_stop(loader);
	return all;
}

void builtin_loader_release(struct builtin_loader *loader)
{
	atomic_store(&loader->span.released_ns, clock_now_ns());
	loader->looked_ns = 0;
}

bool builtin_loader_is_released(struct builtin_loader *loader)
{
	uint64_t now = clock_now_ns(), passed = look_begin(loader, now);
	uint64_t due = load_span_beside_due_ns(&loader->span, loader->spec.timeout_ns);
	return !loader->beside || crowd_look(loader->beside, passed, now >= due);
}

void builtin_loader_stop(struct builtin_loader *loader)
{
	uint64_t never = 0;
	atomic_compare_exchange_strong(&loader->span.stopped_ns, &never, clock_now_ns());
}

/* The hook in which clients that are not plain, or those beside the load, hang; -1: they do not. */
static int crowds_hang(const struct builtin_loader *loader)
{
	int hook = loader->crowd ? crowd_hangs(loader->crowd) : -1;
	return hook == -1 && loader->beside ? crowd_hangs(loader->beside) : hook;
}

static const struct load_thread *thread_that_hangs(const struct builtin_loader *loader)
{
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		if (load_thread_hangs(&loader->shares[i].thread))
			return &loader->shares[i].thread;
	return NULL;
}

/* What a thread that hangs, or whose process has ended, closes no more. */
static void account_for_open(struct load_totals *totals)
{
	uint64_t ended = 0;
	for (int i = 0; i < OUTCOMES; i++)
		ended += totals->outcomes[i];
	totals->outcomes[OUTCOME_TIMED_OUT] += totals->attempted - ended;
}

/* In a closed loop a connection that waits asks for nothing meanwhile. The corrected latencies are
 * what clients would have met that come again as often as the loader's connections did on
 * average. */
static void latency_correct(const struct builtin_loader *loader, struct load_totals *totals)
{
	const struct builtin_loader_spec *spec = &loader->spec;
	uint64_t clients = spec->connections, window_ns = builtin_loader_window_ns(loader);
	for (uint32_t i = 0; i < spec->clients.count; i++)
		clients += spec->clients.shares[i].connections;
	uint64_t interval_ns = 0;
	if (totals->window_exchanges > 0)
		interval_ns = (uint64_t)((double)window_ns * (double)clients /
					 (double)totals->window_exchanges);
	if (interval_ns > 0)
		histogram_correct(totals->latencies[LATENCY_CORRECTED],
			totals->latencies[LATENCY_TOTAL], interval_ns);
	for (uint32_t i = 0; i < spec->threads; i++) {
		const struct share *share = &loader->shares[i];
		const struct worker *worker = &share->worker;
		for (size_t c = 0;
			!load_thread_hangs(&share->thread) && c < worker->connection_count; c++)
			recorder_cut_by_end(totals, &worker->connections[c], interval_ns);
	}
}

static void share_add(const struct share *share, struct load_totals *totals)
{
	load_totals_add(totals, &share->worker.context.recorder.totals);
	totals->cpu_ns += load_thread_cpu_ns(&share->thread);
}

int builtin_loader_join(
	struct builtin_loader *loader, struct load_totals *totals, struct error *error)
{
	if (thread_that_hangs(loader))
		builtin_loader_stop(loader);
	for (uint32_t i = 0; i < loader->spec.threads; i++) {
		load_thread_join(&loader->shares[i].thread);
		if (load_thread_check(&loader->shares[i].thread, error) == -1)
			return -1;
	}
	if (load_totals_init(totals) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		share_add(&loader->shares[i], totals);
	if ((loader->crowd && crowd_join(loader->crowd, totals, error) == -1) ||
		(loader->beside && crowd_check(loader->beside, error) == -1))
		return -1;
	if (thread_that_hangs(loader) || (loader->crowd && crowd_hangs(loader->crowd) != -1))
		account_for_open(totals);
	if (loader->spec.arrivals == ARRIVALS_CLOSED)
		latency_correct(loader, totals);
	return 0;
}

size_t builtin_loader_memory_size(uint32_t threads)
{
	return shares_size(threads) + threads * (LATENCIES * histogram_size());
}

/* By another process: the thread's clock is not there. */
static void share_recover(const struct share *share, struct load_totals *totals)
{
	load_totals_add(totals, &share->worker.context.recorder.totals);
	totals->cpu_ns += atomic_load(&share->thread.cpu_ns);
}

int builtin_loader_recover(const void *memory, uint32_t threads, struct load_totals *totals)
{
	const struct share *shares = memory;
	if (load_totals_init(totals) == -1)
		return -1;
	for (uint32_t i = 0; i < threads; i++) {
		/* Of a thread that had not come to be. */
		if (shares[i].worker.context.recorder.totals.latencies[0])
			share_recover(&shares[i], totals);
	}
	account_for_open(totals);
	return 0;
}

bool builtin_loader_describe_hang(const struct builtin_loader *loader, char *text, size_t size)
{
	const struct load_thread *thread = thread_that_hangs(loader);
	int hook = thread ? load_thread_hook(thread) : crowds_hang(loader);
	if (hook == -1)
		return false;
	if (hook == HOOKS)
		snprintf(text, size, "strategy %s: a thread of the loader does not end within %d s",
			loader->spec.strategy->name, HANG_AFTER_S);
	else
		snprintf(text, size, "strategy %s: hook client.%s does not return within %d s",
			loader->spec.strategy->name, hook_names[hook], HANG_AFTER_S);
	return true;
}

uint64_t builtin_loader_window_ns(const struct builtin_loader *loader)
{
	uint64_t from = atomic_load(&loader->span.started_ns) + loader->spec.warmup_ns;
	uint64_t to = atomic_load(&loader->span.stopped_ns);
	return to > from ? to - from : 0;
}

void builtin_loader_progress(struct builtin_loader *loader, struct sample_progress *progress)
{
	uint32_t bins[CONNECT_BINS] = {0};
	*progress = (struct sample_progress){.server_cpu_ns = progress->server_cpu_ns};
	for (uint32_t i = 0; i < loader->spec.threads; i++) {
		progress_count_add(
			&loader->shares[i].worker.context.recorder.progress, progress, bins);
		progress->loader_cpu_ns += load_thread_cpu_ns(&loader->shares[i].thread);
	}
	if (loader->crowd)
		crowd_progress(loader->crowd, progress, bins);
	progress->connect_p50_ns = connect_bins_median_ns(bins, loader->progress_bins);
	memcpy(loader->progress_bins, bins, sizeof(bins));
}

uint32_t builtin_loader_clients(const struct builtin_loader *loader, struct client_count *counts)
{
	for (uint32_t i = 0; i < loader->spec.clients.count; i++)
		crowd_count(loader->crowd, i, &counts[i]);
	return loader->spec.clients.count;
}

uint32_t builtin_loader_beside(const struct builtin_loader *loader, struct client_count *counts)
{
	for (uint32_t i = 0; i < loader->spec.beside.count; i++)
		crowd_count(loader->beside, i, &counts[i]);
	return loader->spec.beside.count;
}

uint64_t builtin_loader_closed_late(const struct builtin_loader *loader)
{
	uint64_t late = 0;
	for (uint32_t i = 0; i < loader->spec.threads; i++)
		late += progress_count_closed_late(
			&loader->shares[i].worker.context.recorder.progress);
	return late;
}

void builtin_loader_destroy(struct builtin_loader *loader)
{
	if (!loader)
		return;
	/* Threads that still wait at the gate find that there is nothing to do. */
	builtin_loader_stop(loader);
	builtin_loader_release(loader);
	start_gate_open(&loader->gate);
	start_gate_open(&loader->beside_gate);
	if (thread_that_hangs(loader) || crowds_hang(loader) != -1)
		return;
	crowd_destroy(loader->crowd);
	crowd_destroy(loader->beside);
	for (uint32_t i = 0; i < loader->spec.threads; i++) {
		load_thread_join(&loader->shares[i].thread);
		worker_finish(&loader->shares[i].worker);
	}
	start_gate_finish(&loader->gate);
	start_gate_finish(&loader->beside_gate);
	if (!loader->spec.memory)
		free(loader->shares);
	free(loader);
}
