/* The census of both ends, again and again on a thread of its own. One census of 100,000 sockets
 * takes tens of milliseconds, which neither delays a sample nor, at 1 % of one processor's time,
 * the load. */
#ifndef BENCH_MEASURE_CENSUS_H
#define BENCH_MEASURE_CENSUS_H

#include "bench/measure/sock_diag.h"
#include "bench/network/network.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

/* One end: sock_diag's count, and what sockstat said of TIME_WAIT meanwhile, which is a count of
 * its own (orphaned FIN_WAIT_2 included): least and most, widened by the TIME_WAITs made and the
 * connections opened while sock_diag was read. */
struct census_end {
	struct diag_census sockets, others; /* of the load, and of other connections */
	uint64_t sockstat_low, sockstat_high;
};

struct census_ends {
	struct census_end server, client;
};

/* The connections of the load that are not over, and the age of what waits longest in CLOSE_WAIT at
 * each end, 0 where nothing does. */
struct census_open {
	uint64_t connections;
	uint64_t server_close_wait_ms, client_close_wait_ms;
};

struct census;

/* The thread takes one part in so many of one processor's time: less than a hundredth, so that the
 * sampler has room in that as well. */
#define CENSUS_SHARE 125

/* Opens both ends; no thread runs yet, and when it does it takes one part in `share` of a
 * processor. The flow's network has to live as long. An end of
 * which it has no namespace (-1) is not read, and empty. Returns NULL on failure. */
struct census *census_create(const struct load_flow *flow, uint64_t share, struct error *error);
void census_destroy(struct census *census);

/* Takes a census now, on the calling thread; not while the thread runs. Returns 0 or -1. */
int census_take(struct census *census, struct census_ends *ends, struct error *error);

/* Not while the thread runs. `server_held` are the sockets of the server's end among these that a
 * process holds. Returns 0 or -1. */
int census_open(struct census *census, struct census_open *open, struct held_sockets *server_held,
	struct error *error);

/* The sockets of clients beside the load at both ends; `closed` is not kept. Not while the thread
 * runs. Returns 0 or -1. */
int census_beside(struct census *census, struct beside_sockets *sockets, struct error *error);

int census_start(struct census *census, struct error *error);
/* Returns 0, or -1 if a census failed. Does nothing when the thread does not run. */
int census_stop(struct census *census, struct error *error);

/* The latest census. Returns whether it is another than at the last call. */
bool census_latest(struct census *census, struct census_ends *ends);

/* Processor time that the thread has taken. Not while it runs. */
uint64_t census_cost_ns(const struct census *census);

#endif
