#include "bench/load/builtin_loader.h"

#include "bench/load/crowd.h"
#include "bench/load/hang.h"
#include "bench/load/shares.h"
#include "common/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct builtin_loader {
	struct builtin_loader_spec spec;
	struct load_span span;
	struct shares *shares;
	struct crowd *crowd;    /* NULL: all clients are plain */
	struct crowd *beside;   /* NULL: none */
	struct start_gate gate; /* opened by builtin_loader_start */
	struct start_gate beside_gate;
	uint64_t looked_ns; /* when is_done, or is_released, looked last; 0: never */
	uint32_t progress_bins[CONNECT_BINS]; /* what builtin_loader_progress saw before */
};

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

static int threads_start(struct builtin_loader *loader, struct error *error)
{
	const struct builtin_loader_spec *spec = &loader->spec;
	loader->shares = shares_create(spec, &loader->span, &loader->gate, error);
	if (!loader->shares || shares_start(loader->shares, error) == -1 ||
		crowds_start(loader, error) == -1)
		return -1;
	start_gate_await(&loader->gate, spec->threads + (loader->crowd ? 1 : 0));
	return 0;
}

struct builtin_loader *builtin_loader_create(
	const struct builtin_loader_spec *spec, struct error *error)
{
	struct builtin_loader *loader = calloc(1, sizeof(*loader));
	if (!loader) {
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
	shares_begin(loader->shares, now_ns);
	atomic_store(&loader->span.started_ns, now_ns);
	start_gate_open(&loader->gate);
}

void builtin_loader_event(struct builtin_loader *loader)
{
	atomic_fetch_add_explicit(&loader->span.events, 1, memory_order_release);
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
	bool is_due = now >= load_span_due_ns(&loader->span, loader->spec.timeout_ns);
	bool all = shares_look(loader->shares, passed, is_due);
	if (loader->crowd)
		all = crowd_look(loader->crowd, passed, is_due) && all;
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
	load_span_stop(&loader->span);
}

/* The hook in which a thread hangs, as shares_hang and crowd_hangs have it. */
static int hook_that_hangs(const struct builtin_loader *loader)
{
	int hook = shares_hang(loader->shares);
	if (hook == -1 && loader->crowd)
		hook = crowd_hangs(loader->crowd);
	return hook == -1 && loader->beside ? crowd_hangs(loader->beside) : hook;
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
	shares_add_cut(loader->shares, totals, interval_ns);
}

int builtin_loader_join(
	struct builtin_loader *loader, struct load_totals *totals, struct error *error)
{
	bool hangs = shares_hang(loader->shares) != -1;
	if (hangs)
		builtin_loader_stop(loader);
	if (shares_join(loader->shares, error) == -1)
		return -1;
	if (load_totals_init(totals) == -1)
		return error_set(error, STATUS_FAILED, "no memory for the histograms");
	shares_add(loader->shares, totals);
	if ((loader->crowd && crowd_join(loader->crowd, totals, error) == -1) ||
		(loader->beside && crowd_check(loader->beside, error) == -1))
		return -1;
	if (hangs || (loader->crowd && crowd_hangs(loader->crowd) != -1))
		account_for_open(totals);
	if (loader->spec.arrivals == ARRIVALS_CLOSED)
		latency_correct(loader, totals);
	return 0;
}

size_t builtin_loader_memory_size(uint32_t threads)
{
	return shares_memory_size(threads);
}

int builtin_loader_recover(const void *memory, uint32_t threads, struct load_totals *totals)
{
	if (load_totals_init(totals) == -1)
		return -1;
	shares_recover(memory, threads, totals);
	account_for_open(totals);
	return 0;
}

bool builtin_loader_describe_hang(const struct builtin_loader *loader, char *text, size_t size)
{
	int hook = hook_that_hangs(loader);
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
	shares_progress(loader->shares, progress, bins);
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
	return shares_closed_late(loader->shares);
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
	if (loader->shares && hook_that_hangs(loader) != -1)
		return;
	crowd_destroy(loader->crowd);
	crowd_destroy(loader->beside);
	shares_destroy(loader->shares);
	start_gate_finish(&loader->gate);
	start_gate_finish(&loader->beside_gate);
	free(loader);
}
