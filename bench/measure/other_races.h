/* Requests on connections that are not the load's, and that met the other end's close. */
#ifndef BENCH_MEASURE_OTHER_RACES_H
#define BENCH_MEASURE_OTHER_RACES_H

#include "bench/measure/tcp_segment.h"

#include <stdint.h>

/* Requests, not the first of their connection, that met the other end's close: it sent its FIN, had
 * not had the request by then, and answered what came with a RST, or with nothing. */
struct other_races {
	uint64_t behind_fin; /* sent when the FIN had come */
	uint64_t crossed;    /* sent before */
	/* Beside these, at an acceptor of the server's namespace: it sent a RST for its process and
	 * no FIN, as for unread input, when such a request had no answer. */
	uint64_t reset;
	uint64_t first_ns; /* as at_ns of segments; 0: there is none */
};

struct flow;

/* Data of an open connection, by its side `mine`; `races` are those of its opener. */
void other_races_data(
	struct other_races *races, struct flow *flow, int mine, const struct tcp_segment *segment);

/* A segment of the acceptor. */
void other_races_answer(
	struct other_races *races, struct flow *flow, const struct tcp_segment *segment);

#endif
