/* The loader: threads in the client's namespace that open connections, exchange, and close them as
 * the strategy's client end says, on errors too. */
#ifndef BENCH_LOAD_BUILTIN_LOADER_H
#define BENCH_LOAD_BUILTIN_LOADER_H

#include "bench/load/builtin_loader_spec.h"
#include "bench/load/client_count.h"
#include "bench/load/load_totals.h"
#include "bench/measure/sampler.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct builtin_loader;

/* Starts the threads; each waits at the gate. Returns NULL on failure. */
struct builtin_loader *builtin_loader_create(
	const struct builtin_loader_spec *spec, struct error *error);

/* The clients beside the load begin. */
void builtin_loader_prepare(struct builtin_loader *loader);

/* How many connections the clients beside the load have begun; and how many they may have begun in
 * all, default without limit. */
uint64_t builtin_loader_beside_started(const struct builtin_loader *loader);
void builtin_loader_beside_allow(struct builtin_loader *loader, uint64_t connections);

/* Whether each of them has tried to connect, and no handshake is under way. */
bool builtin_loader_is_prepared(const struct builtin_loader *loader);

/* Opens the gate. */
void builtin_loader_start(struct builtin_loader *loader);

/* True once every connection of the load has ended, since `total` was reached or the loader was
 * stopped; or the threads that have not ended hang. Look some times a second. */
bool builtin_loader_is_done(struct builtin_loader *loader);

/* No new connection begins; the window ends now. Those under way finish all their exchanges, or,
 * when that takes longer than a second, end with the next one; what still lasts after the timeout
 * is closed and counted as timed out. */
void builtin_loader_stop(struct builtin_loader *loader);

/* An event of the trial comes now (event_count.h), of at most EVENTS_MAX; the spec has events. */
void builtin_loader_event(struct builtin_loader *loader);

/* Waits for the threads, once it is done. What a thread that hangs has under way counts as timed
 * out. Returns 0 and the sum of their totals (to be finished by the caller), or -1. */
int builtin_loader_join(
	struct builtin_loader *loader, struct load_totals *totals, struct error *error);

/* What the spec's clients that are not plain have come to, in its order; after join. Returns how
 * many behaviours that are. */
uint32_t builtin_loader_clients(const struct builtin_loader *loader, struct client_count *counts);

/* Clients beside the load, which hold their connections until then, leave. After join. */
void builtin_loader_release(struct builtin_loader *loader);

/* True once all of them have left, or their thread hangs. Look some times a second. */
bool builtin_loader_is_released(struct builtin_loader *loader);

/* What they came to, as builtin_loader_clients. Once they have left. */
uint32_t builtin_loader_beside(const struct builtin_loader *loader, struct client_count *counts);

/* The window's length; valid after join. */
uint64_t builtin_loader_window_ns(const struct builtin_loader *loader);

/* Says what hangs: "strategy NAME: hook client.peer_fin does not return within 5 s". Returns false
 * when nothing does. After join; after is_released again, of clients beside the load. */
bool builtin_loader_describe_hang(const struct builtin_loader *loader, char *text, size_t size);

/* What the loader has come to so far, and the median connect() since the last call; fills all but
 * the server's part. For the sampler, from the start on. */
void builtin_loader_progress(struct builtin_loader *loader, struct sample_progress *progress);

/* The server's FINs so far that came late. */
uint64_t builtin_loader_closed_late(const struct builtin_loader *loader);

/* Of the spec's memory. */
size_t builtin_loader_memory_size(uint32_t threads);

/* What a loader had counted in its memory when its process ended. Connections that were under way
 * count as timed out. Returns 0 (the totals are to be finished by the caller), or -1 when there is
 * no memory. */
int builtin_loader_recover(const void *memory, uint32_t threads, struct load_totals *totals);

/* Threads that hang cannot be ended but with the process: they keep the loader, and what they were
 * given. */
void builtin_loader_destroy(struct builtin_loader *loader);

#endif
