/* What decides how many ports and TIME_WAITs a strategy takes: its ports, for how long each is
 * kept, and what both kernels are set to. docs/plan.md has the formulas with their sources. */
#ifndef BENCH_PLAN_PLAN_TERMS_H
#define BENCH_PLAN_PLAN_TERMS_H

#include "bench/measure/time_wait_life.h"
#include "bench/plan/plan_response.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

struct plan_asked {
	double requests_per_s; /* of all hosts together; NAN: none was asked for */
	double hosts, addresses, destinations;
	uint16_t port_low, port_high;
	double ports_taken;               /* of these: reserved ones, and those that others hold */
	bool reuses;                      /* tcp_tw_reuse is on, whatever the strategy requires */
	uint64_t requests_per_connection; /* 0: as many as the strategy says */
	double response_bytes;            /* of each body; 0: a response is one segment */
	double round_trip_s;
	double pause_s;        /* for which the server does not accept; NAN: none was asked for */
	double reuse_delay_s;  /* of tcp_tw_reuse, unless the strategy requires another one */
	double time_wait_most; /* tcp_max_tw_buckets of each host; infinite: it is not reached */
	double nat_ports;  /* for each destination, of a NAT before all hosts; 0: there is none */
	double nat_hold_s; /* for how long it holds one behind the close */
	struct time_wait_life life;
};

/* Of one of the hosts that connect, after the strategy's requirements. */
struct plan_terms {
	const struct td_strategy *strategy;
	struct time_wait_life life;
	double requests_per_connection;
	struct plan_response response;
	double addresses;     /* of the host */
	double ports_of_pair; /* of one source address, to one destination */
	double ports;         /* of all of its addresses, to all destinations */
	double kept_s;        /* for how long a TIME_WAIT of the client keeps its port */
	double hold_s;        /* the same, or 0: no more can be kept than some of the ports */
	double open_s;        /* for how long a connection holds its port before that */
	double server_most, client_most; /* tcp_max_tw_buckets; infinite: none */
	bool is_kept;      /* a TIME_WAIT of the client keeps its port for all of its life */
	bool is_by_parity; /* connect(2) tries all ports of one parity first */
};

struct plan_terms plan_terms_of(const struct plan_asked *asked, const struct td_strategy *strategy);

/* Whether the holder's TIME_WAITs are left at that end. */
bool plan_leaves_at(enum td_who holder, enum td_who end);

/* The value that the strategy requires of a setting of one end; NULL: it requires none. */
const char *plan_required(const struct td_strategy *strategy, enum td_who end, const char *sysctl);

/* The ports that one host holds at so many connections a second, were there enough of them. */
double plan_held(const struct plan_terms *terms, double rate);

/* Of teardown-server's response before its body, where that has 10,000 bytes to 99,999; other
 * servers say more. */
#define PLAN_HEAD_BYTES 124

/* The round trips of a connection of so many requests, each with a body of so many bytes. */
double plan_open_trips(const struct td_strategy *strategy, double response_bytes, double requests);

#endif
