/* What holds, by arithmetic: from what was asked to the figures of one strategy. Pure functions;
 * docs/plan.md has the formulas with their sources. */
#ifndef BENCH_PLAN_PLAN_MODEL_H
#define BENCH_PLAN_PLAN_MODEL_H

#include "bench/plan/plan_costs.h"
#include "bench/plan/plan_nat.h"
#include "bench/plan/plan_terms.h"

#include <stdbool.h>

/* NAN: there is none, such as no limit, or no rate was asked for. All rates are of requests of all
 * hosts together; ports, TIME_WAITs of the client and its memory are of one of the hosts. */
struct plan_figures {
	const struct td_strategy *strategy;
	double requests_per_connection;
	double ports;                              /* of all addresses and destinations of a host */
	double lasts_per_s, slow_from_per_s;       /* for good; where connect(2) slows down */
	double ports_held;                         /* at the rate asked for */
	double exhausted_after_s;                  /* likewise: ports of the hosts, or of a NAT */
	double slow_after_s;                       /* likewise: when ports of one parity are held */
	double open_connections;                   /* of a host, at once */
	double server_time_wait, client_time_wait; /* the most at once */
	double server_bytes, client_bytes;
	bool server_is_capped,
		client_is_capped; /* TIME_WAITs beyond tcp_max_tw_buckets are skipped */
	bool fits, is_slow;
	/* What would do in the place of what was asked, all else as it is. */
	double addresses_needed, requests_per_connection_needed;
	struct plan_nat nat;
	struct plan_costs costs;
};

struct plan_figures plan_figures_of(
	const struct plan_asked *asked, const struct td_strategy *strategy);

#endif
