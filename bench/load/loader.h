/* The loader: threads in the client's namespace that open connections, exchange, and close them as
 * the strategy's client end says, on errors too. */
#ifndef BENCH_LOAD_LOADER_H
#define BENCH_LOAD_LOADER_H

#include "bench/load/load_totals.h"
#include "bench/load/loader_spec.h"
#include "bench/measure/sampler.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct loader;

/* Starts the threads; each waits at the gate. Returns NULL on failure. */
struct loader *loader_create(const struct loader_spec *spec, struct error *error);

/* Opens the gate. */
void loader_start(struct loader *loader);

/* True once every connection has ended: `total` was reached, or the loader was stopped. */
bool loader_is_done(const struct loader *loader);

/* No new connection begins; the window ends now. Those under way finish all their exchanges, or,
 * when that takes longer than a second, end with the next one; what still lasts after the timeout
 * is closed and counted as timed out. */
void loader_stop(struct loader *loader);

/* Waits for the threads. Returns 0 and the sum of their totals (to be finished by the caller), or
 * -1. */
int loader_join(struct loader *loader, struct load_totals *totals, struct error *error);

/* The window's length; valid after join. */
uint64_t loader_window_ns(const struct loader *loader);

/* What the loader has come to so far, and the median connect() since the last call; fills all but
 * the server's part. For the sampler, from the start on. */
void loader_progress(struct loader *loader, struct sample_progress *progress);

void loader_destroy(struct loader *loader);

#endif
