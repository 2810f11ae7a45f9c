/* The ports that connect(2) of a server is given which connects on, to its upstream or database. */
#ifndef BENCH_JUDGE_SERVER_PORTS_H
#define BENCH_JUDGE_SERVER_PORTS_H

#include "bench/judge/figures.h"
#include "bench/measure/destination_ports.h"

#include <stdint.h>

/* When all of them were held, of connections to one place, and no more could be opened there. Or
 * over all places, where each port is held for one place alone, as bind(2) before connect(2) takes
 * it. */
struct server_port_end {
	uint64_t since_ns; /* CLOCK_MONOTONIC; 0: it never was, or nobody missed a port */
	uint64_t ports;
	bool over_all_places;
	/* The place, and what held them; its port is 0 over all places. */
	struct busiest_destination held;
	/* Connections that the server opened to it, until then and from then on, a second; NAN:
	 * they led to several places, of which one is meant. */
	double per_s_before, per_s_after;
	uint64_t failed; /* requests of the load: without success, cut off, or not answered */
};

/* One port is enough to miss none, so that it is not enough that all are held: fewer connections
 * come for each of the load's than before, or, where open connections hold the ports, requests of
 * the load fail. */
struct server_port_end server_ports_end(const struct trial *trial);

/* Ports that the server's range has for connections to one place, and the most that one held; all
 * of them where they were held over all places. */
uint64_t server_ports_available(const struct trial *trial);
uint64_t server_ports_peak(const struct trial *trial);

/* Whether connect(2) of the server reuses a TIME_WAIT towards this place, once that is old enough.
 */
bool server_ports_are_reused(const struct trial *trial, const struct tcp_segment_end *to);

/* How long they last at the trial's rate, for the destination that leaves the server the most
 * TIME_WAITs. All NAN where none does, and where connections to it come from several addresses, of
 * which it is not known how many there would be. The figures but for the runways are made by then.
 */
struct runway server_ports_runway(const struct trial *trial, const struct figures *figures);

#endif
