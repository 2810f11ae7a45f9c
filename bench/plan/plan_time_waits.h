/* How many TIME_WAITs there are at each end. Pure functions; docs/plan.md has the formulas. */
#ifndef BENCH_PLAN_PLAN_TIME_WAITS_H
#define BENCH_PLAN_PLAN_TIME_WAITS_H

#include "bench/plan/plan_terms.h"

#include <stdbool.h>

/* A TIME_WAIT in kernel memory; and each of the two bind buckets with which it keeps its port at
 * the end that connected: one of the port and its address, one of the port alone. */
#define PLAN_TIME_WAIT_BYTES 256
#define PLAN_BIND_BUCKET_BYTES 128

/* The most at once: of `client` one of the hosts, of `server` all of them. */
struct plan_time_waits {
	double server, client;
	double client_ports; /* of all addresses, to all destinations, that connect(2) tries */
	bool server_is_capped, client_is_capped; /* those beyond tcp_max_tw_buckets are skipped */
};

/* Of hosts of which each has closed `rate` connections a second for so many seconds. */
struct plan_time_waits plan_time_waits_of(
	const struct plan_terms *terms, double rate, double seconds, double hosts);

/* The kernel memory of those of one host that connects. A port that TIME_WAITs of several addresses
 * or destinations keep has its bind buckets once. */
double plan_client_bytes(const struct plan_terms *terms, const struct plan_time_waits *waits);

#endif
