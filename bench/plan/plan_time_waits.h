/* How many TIME_WAITs there are at each end. Pure functions; docs/plan.md has the formulas. */
#ifndef BENCH_PLAN_PLAN_TIME_WAITS_H
#define BENCH_PLAN_PLAN_TIME_WAITS_H

#include "bench/plan/plan_terms.h"

#include <stdbool.h>

/* The most at once: of `client` one of the hosts, of `server` all of them. */
struct plan_time_waits {
	double server, client;
	bool server_is_capped, client_is_capped; /* those beyond tcp_max_tw_buckets are skipped */
};

/* Of hosts of which each has closed `rate` connections a second for so many seconds. */
struct plan_time_waits plan_time_waits_of(
	const struct plan_terms *terms, double rate, double seconds, double hosts);

#endif
