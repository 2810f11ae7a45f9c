/* A plan scaled down to what one machine plays: one host, one destination, fewer ports, and the
 * rate with them. A pure function. */
#ifndef BENCH_PLAN_PLAN_SCALE_H
#define BENCH_PLAN_PLAN_SCALE_H

#include "bench/plan/plan_terms.h"

/* At most so many requests a second are played. */
#define PLAN_SCALE_RATE_MOST 2000
/* Two addresses show what more of them do. */
#define PLAN_SCALE_ADDRESSES_MOST 2

/* The rate comes out whole, and the ports are as many as keep them to the rate what they are in the
 * plan. `ports`: how many each source address may have. The life of a TIME_WAIT is this host's. */
struct plan_asked plan_scale(const struct plan_asked *asked, double ports);

#endif
