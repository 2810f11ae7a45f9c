/* What a worker writes down of its connections: the totals, and the progress that the sampler reads
 * from another thread while the worker runs. */
#ifndef BENCH_LOAD_RECORDER_H
#define BENCH_LOAD_RECORDER_H

#include "bench/load/connect_bins.h"
#include "bench/load/load_totals.h"

#include <stdbool.h>
#include <stdint.h>

struct connection;

struct recorder {
	struct load_totals totals;
	bool is_placed; /* the histograms of the totals are in memory of another owner */
	bool open_loop;
	bool by_request; /* an open loop of requests, not of connections */
	bool in_window;  /* the worker sets it once a turn */
	/* Read by the sampler. */
	uint64_t completed, failed;
	uint64_t closed_late; /* as in the totals; read by the trial */
	uint32_t connect_bins[CONNECT_BINS];
};

/* `histograms`: as load_totals_place has them; or NULL, allocates them. Returns 0, or -1 when there
 * is no memory. */
int recorder_init(struct recorder *recorder, bool open_loop, void *histograms);
void recorder_finish(struct recorder *recorder);

/* An open loop's connection was started, at started_ns instead of intended_ns. `dry_ns`: when a
 * start was last due and no connection was free for it. */
void recorder_started(struct recorder *recorder, const struct connection *c, uint64_t dry_ns);

/* An open loop's request was sent at `now_ns` on a connection that was open. */
void recorder_asked_again(
	struct recorder *recorder, const struct connection *c, uint64_t now_ns, uint64_t dry_ns);

/* The handshake ended. */
void recorder_connected(struct recorder *recorder, const struct connection *c, uint64_t at_ns);

/* The attempt to connect failed. */
void recorder_refused(struct recorder *recorder, int error, uint64_t now_ns);

/* The whole response of the exchange under way was read. */
void recorder_response(struct recorder *recorder, const struct connection *c, uint64_t now_ns);

/* The exchange is over, whole or not. `expected_bytes`: what its response was to promise, where the
 * head of it never came. */
void recorder_exchange(
	struct recorder *recorder, const struct connection *c, uint64_t expected_bytes);

/* The client's deadline passed while it waited for a response. One that has begun is not recorded.
 */
void recorder_gave_up(struct recorder *recorder, const struct connection *c, uint64_t now_ns);

/* The server's FIN or RST came where a response was awaited. One that has not begun was not
 * truncated, it was never given: recorded where it was a FIN. */
void recorder_cut(struct recorder *recorder, const struct connection *c, uint64_t now_ns);

/* An attempt that was not refused is over. */
void recorder_ended(struct recorder *recorder, const struct connection *c, enum outcome outcome,
	uint64_t now_ns);

/* The server's FINs so far that came late. May be called from any thread. */
uint64_t recorder_closed_late(const struct recorder *recorder);

/* Adds what was recorded so far to `completed` and `bins`. May be called from any thread. */
void recorder_progress(const struct recorder *recorder, uint64_t *completed, uint32_t *bins);

/* Attempts that failed so far: refused, or over before the last response was whole. From any
 * thread. */
uint64_t recorder_failed(const struct recorder *recorder);

#endif
