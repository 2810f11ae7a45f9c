/* What the clients' streams were when they ended: the bytes of data that had come to the server's
 * host, whether a FIN or a RST ended them. Pure functions. */
#ifndef BENCH_MEASURE_ARRIVED_H
#define BENCH_MEASURE_ARRIVED_H

#include "bench/measure/ending.h"
#include "bench/measure/late_data.h"

#include <stdint.h>

struct arrived {
	uint64_t connections; /* of which all data of the client was looked at */
	uint64_t bytes;       /* that came on these, but for whole turns of 4 GiB */
};

/* Adds a connection that is over. */
void arrived_tally(struct arrived *counts, const struct late_data_track *track,
	const struct tcp_ending_end *client);

#endif
