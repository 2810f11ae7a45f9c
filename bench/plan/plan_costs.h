/* What connections take beside ports and TIME_WAITs. */
#ifndef BENCH_PLAN_PLAN_COSTS_H
#define BENCH_PLAN_PLAN_COSTS_H

#include "bench/plan/plan_terms.h"

/* Of net.core.somaxconn, Linux 5.4 and later. */
#define PLAN_BACKLOG_USUAL 4096

/* NAN: not known, or no rate was asked for. Those of the server are of all hosts, as TIME_WAITs
 * are; those of the client are of one. */
struct plan_costs {
	double open_s; /* for which a connection holds its port before TIME_WAIT */
	/* Of a client that acknowledges each segment: one that does not sends up to half as many.
	 */
	double server_segments_per_s, client_segments_per_s;
	/* Descriptors of the server that wait for the client's FIN: of clients that close when they
	 * have the response, and of clients that send nothing more. */
	double server_lingering, server_lingering_most;
	/* Of one listener: the backlog for the pause that was asked for, and the pause that fills
	 * PLAN_BACKLOG_USUAL. */
	double backlog_needed, pause_lasts_s;
};

/* `rate`: connections a second of one host; NAN: none was asked for. */
struct plan_costs plan_costs_of(
	const struct plan_asked *asked, const struct plan_terms *terms, double rate);

#endif
