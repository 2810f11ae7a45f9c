/* The loader: threads in the client's namespace that open connections, exchange, and close them as
 * the strategy's client end says, on errors too. */
#ifndef BENCH_LOAD_LOADER_H
#define BENCH_LOAD_LOADER_H

#include "bench/load/schedule.h"
#include "bench/load/tally.h"
#include "bench/measure/sampler.h"
#include "bench/network/network.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loader_request {
	const char *text;
	size_t size;
};

struct loader_spec {
	const struct network *network;
	const struct td_strategy *strategy;
	uint16_t server_port;
	uint32_t connections; /* slots: open at the same time, in all threads */
	uint32_t threads;
	uint64_t total; /* connections to attempt; 0: until stopped */
	enum arrivals arrivals;
	uint64_t rate_per_s;    /* connections begun, in all threads; unless ARRIVALS_CLOSED */
	uint64_t seed;          /* of ARRIVALS_POISSON */
	uint32_t connect_batch; /* ARRIVALS_CLOSED: at most BATCH_MAX; batch.h */
	uint32_t requests_per_connection;
	uint64_t warmup_ns; /* from the start to the window */
	uint64_t timeout_ns;
	uint64_t response_bytes; /* what a response is expected to promise */
	/* Whole requests, as sent; owned by the caller. The last one says "Connection: close": it
	 * ends connections that are still exchanging when the loader is to stop. */
	struct loader_request request, last_request;
	bool announce_close;          /* the last request of each connection is last_request */
	uint16_t port_low, port_high; /* for TD_PORT_RANGE and TD_PORT_BIND */
	bool verify;                  /* compare every byte of a response with the pattern */
};

struct loader;

/* Starts the threads; each waits at the gate. Returns NULL on failure. */
struct loader *loader_create(const struct loader_spec *spec, struct error *error);

/* Opens the gate. */
void loader_start(struct loader *loader);

/* True once every slot has finished: `total` was reached, or the loader was stopped. */
bool loader_is_done(const struct loader *loader);

/* No new connection begins; the window ends now. Those under way finish all their exchanges, or,
 * when that takes longer than a second, end with the next one; what still lasts after the timeout
 * is closed and counted as timed out. */
void loader_stop(struct loader *loader);

/* Waits for the threads. Returns 0 and the sum of their tallies (to be finished by the caller), or
 * -1. */
int loader_join(struct loader *loader, struct tally *tally, struct error *error);

/* The window's length; valid after join. */
uint64_t loader_window_ns(const struct loader *loader);

/* What the loader has come to so far, and the median connect() since the last call; fills all but
 * the server's part. For the sampler, from the start on. */
void loader_progress(struct loader *loader, struct sample_progress *progress);

void loader_destroy(struct loader *loader);

#endif
