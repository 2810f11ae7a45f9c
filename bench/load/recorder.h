/* What a worker writes down of its connections: the totals, and the progress. */
#ifndef BENCH_LOAD_RECORDER_H
#define BENCH_LOAD_RECORDER_H

#include "bench/load/expected_status.h"
#include "bench/load/load_totals.h"
#include "bench/load/progress_count.h"

#include <stdbool.h>
#include <stdint.h>

struct connection;

struct recorder {
	struct load_totals totals;
	bool is_placed; /* the histograms of the totals are in memory of another owner */
	bool open_loop;
	bool in_window; /* at the last recorder_window */
	struct expected_status expected;
	struct ramp ramp; /* of zeros: there is none */
	/* The window, CLOCK_MONOTONIC. `to_ns` is UINT64_MAX until it is known. A latency
	 * belongs to the window if its exchange was due in it, however late that ends: those that a
	 * window's end cuts are the longest ones. */
	uint64_t from_ns, to_ns;
	struct progress_count progress;
};

/* `histograms`: as load_totals_place has them; or NULL, allocates them. Returns 0, or -1 when there
 * is no memory. */
int recorder_init(struct recorder *recorder, bool open_loop, void *histograms);
void recorder_finish(struct recorder *recorder);

/* The window begins at `from_ns` and ends when the load was told to end; `stopped_ns` is 0 until
 * then. At least once a turn of the loop. */
void recorder_window(
	struct recorder *recorder, uint64_t from_ns, uint64_t stopped_ns, uint64_t now_ns);

/* An open loop's connection was started, at started_ns instead of intended_ns. `dry_ns`: when a
 * start was last due and no connection was free for it. */
void recorder_started(struct recorder *recorder, const struct connection *c, uint64_t dry_ns);

/* An open loop's request was sent at `now_ns` on a connection that was open. */
void recorder_asked_again(
	struct recorder *recorder, const struct connection *c, uint64_t now_ns, uint64_t dry_ns);

/* The handshake ended. */
void recorder_connected(struct recorder *recorder, const struct connection *c, uint64_t at_ns);

/* The handshake of TLS ended, which began at `from_ns`; `what` is counted. */
void recorder_handshake(struct recorder *recorder, const struct connection *c, uint64_t from_ns,
	uint64_t to_ns, const struct load_tls *what);

/* The attempt to connect failed. */
void recorder_refused(
	struct recorder *recorder, const struct connection *c, int error, uint64_t now_ns);

/* The whole response of the exchange under way was read. */
void recorder_response(struct recorder *recorder, struct connection *c, uint64_t now_ns);

/* What came with that response behind its end. What comes later, and is discarded before the
 * connection ends, recorder_ended adds. */
void recorder_surplus(struct recorder *recorder, const struct connection *c, uint64_t now_ns);

/* The client gives up the exchange under way: what it waited for took at least until now. */
void recorder_unfinished(struct recorder *recorder, struct connection *c, uint64_t now_ns);

/* An open loop's start that was due at `due_ns` had not been made when the load ended. `is_dry`: no
 * connection was free then. */
void recorder_missed(struct recorder *recorder, uint64_t due_ns, bool is_dry);

/* A closed loop's exchange that the window's end cut counts in LATENCY_TOTAL from now on; and in
 * LATENCY_CORRECTED as clients met it that came in each `interval_ns` of its part of the window
 * (histogram_correct), 0: not. Of a connection without one nothing is added. */
void recorder_cut_by_end(
	struct load_totals *totals, const struct connection *c, uint64_t interval_ns);

/* A request is about to be sent. */
void recorder_asked(struct recorder *recorder);

/* Nothing more is expected of that request. */
void recorder_over(struct recorder *recorder);

/* The exchange is over, whole or not. `expected_bytes`: what its response was to promise, where the
 * head of it never came. */
void recorder_exchange(
	struct recorder *recorder, const struct connection *c, uint64_t expected_bytes);

/* What came of the response under way is no HTTP. */
void recorder_not_http(struct recorder *recorder, const struct connection *c);

/* An attempt that was not refused is over. */
void recorder_ended(struct recorder *recorder, const struct connection *c, enum outcome outcome,
	uint64_t now_ns);

#endif
