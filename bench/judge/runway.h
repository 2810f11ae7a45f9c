/* How long the ports of an end that connects last, when each of its connections leaves a TIME_WAIT
 * there. Pure functions. */
#ifndef BENCH_JUDGE_RUNWAY_H
#define BENCH_JUDGE_RUNWAY_H

#include <stdbool.h>

/* What decides for how long a TIME_WAIT keeps its port from connect(2). */
struct port_hold {
	double life_s;  /* of a TIME_WAIT */
	double reuse_s; /* after which tcp_tw_reuse takes it over; NAN: it does not */
	double ports;   /* of the end that connects */
	double cap;     /* net.ipv4.tcp_max_tw_buckets there; INFINITY: none */
	/* After bind(2) with SO_REUSEADDR connect(2) takes over a TIME_WAIT, given timestamps. */
	bool is_taken_over;
};

/* 0: not at all. */
double port_hold_s(const struct port_hold *hold);

struct runway_terms {
	double ports;      /* for one destination, of all source addresses */
	double rate_per_s; /* connections opened */
	double share;      /* of these that leave a TIME_WAIT, up to 1 */
	double life_s;     /* for how long one holds its port: its life, or the delay of reuse */
	double open_s;     /* how long a connection holds its port before that */
	/* connect(2) chooses the port in two passes, one a parity. */
	bool is_by_parity;
};

/* All NAN where there is no runway: no TIME_WAIT, no rate, or no time for which a port is held. */
struct runway {
	double ports, rate_per_s;
	/* When all ports are held at that rate; NAN: never. */
	double held_after_s;
	/* Connections a second that go on for good; and from which on connect(2) slows down, since
	 * all ports of one parity are held: NAN where it does not. */
	double lasts_per_s, slow_from_per_s;
};

struct runway runway_of(const struct runway_terms *terms);

#endif
