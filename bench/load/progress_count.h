/* What a thread of the loader counts for the sampler, which reads it from another thread while the
 * load goes on. */
#ifndef BENCH_LOAD_PROGRESS_COUNT_H
#define BENCH_LOAD_PROGRESS_COUNT_H

#include "bench/load/connect_bins.h"
#include "bench/measure/sampler.h"

#include <stdint.h>

struct progress_count {
	uint64_t completed, failed;
	uint64_t refused, reset;  /* of those that failed: ECONNREFUSED, and OUTCOME_RESET */
	uint64_t asked, answered; /* exchanges that began, and that are over, whole or not */
	uint64_t closed_late;     /* the server's FINs that came late */
	uint32_t connect_bins[CONNECT_BINS];
};

/* One more of `*count`, a member. Its own thread alone writes it. */
static inline void progress_count_one(uint64_t *count)
{
	__atomic_store_n(count, *count + 1, __ATOMIC_RELAXED);
}

/* A handshake ended, and took so long. */
static inline void progress_count_connected(struct progress_count *count, uint64_t ns)
{
	uint32_t *bin = &count->connect_bins[connect_bin(ns)];
	__atomic_store_n(bin, *bin + 1, __ATOMIC_RELAXED);
}

/* From any thread. */
uint64_t progress_count_closed_late(const struct progress_count *count);

/* Adds what was counted so far to `bins` and to `progress`, but for processor time and
 * connect_p50_ns. From any thread. */
void progress_count_add(
	const struct progress_count *count, struct sample_progress *progress, uint32_t *bins);

#endif
