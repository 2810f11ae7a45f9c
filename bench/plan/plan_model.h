/* What holds, by arithmetic: from what was asked to the figures of one strategy. Pure functions;
 * docs/plan.md has the formulas with their sources. */
#ifndef BENCH_PLAN_PLAN_MODEL_H
#define BENCH_PLAN_PLAN_MODEL_H

#include "bench/measure/time_wait_life.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

/* A TIME_WAIT in kernel memory: at the end that accepted, and at the one that connected, which
 * keeps its port's bind buckets, too. */
#define PLAN_SERVER_TIME_WAIT_BYTES 256
#define PLAN_CLIENT_TIME_WAIT_BYTES 512

struct plan_asked {
	double requests_per_s; /* of all hosts together; NAN: none was asked for */
	double hosts, addresses, destinations;
	uint16_t port_low, port_high;
	uint64_t requests_per_connection; /* 0: as many as the strategy says */
	double round_trip_s;
	double reuse_delay_s;  /* of tcp_tw_reuse, unless the strategy requires another one */
	double time_wait_most; /* tcp_max_tw_buckets of each host; infinite: it is not reached */
	struct time_wait_life life;
};

/* NAN: there is none, such as no limit, or no rate was asked for. All rates are of requests of all
 * hosts together; ports, TIME_WAITs of the client and its memory are of one of the hosts. */
struct plan_figures {
	const struct td_strategy *strategy;
	double requests_per_connection;
	double ports;                              /* of all addresses and destinations of a host */
	double lasts_per_s, slow_from_per_s;       /* for good; where connect(2) slows down */
	double ports_held, exhausted_after_s;      /* at the rate asked for */
	double open_connections;                   /* of a host, at once */
	double server_time_wait, client_time_wait; /* the most at once */
	double server_bytes, client_bytes;
	bool server_is_capped,
		client_is_capped; /* TIME_WAITs beyond tcp_max_tw_buckets are skipped */
	bool fits, is_slow;
	/* What would do in the place of what was asked, all else as it is. */
	double addresses_needed, requests_per_connection_needed;
};

struct plan_figures plan_figures_of(
	const struct plan_asked *asked, const struct td_strategy *strategy);

#endif
