/* Whether connect(2) of the client found no port, and what held them all then. */
#ifndef BENCH_FINDINGS_PORT_HOLDER_H
#define BENCH_FINDINGS_PORT_HOLDER_H

#include "bench/findings/finding.h"

enum port_holder {
	PORTS_OF_TIME_WAIT, /* at least half of them were TIME_WAITs */
	PORTS_OF_OPEN,      /* at least half of them were open connections */
	PORTS_OF_BOTH,      /* it is not known which were more */
};

/* That connect(2) found no port: as the builtin loader counts it, or as a third party's stands
 * still without one (judge/port_stall.h). */
struct port_refusal {
	uint64_t at_ns; /* CLOCK_MONOTONIC; 0: each found one */
	double count;   /* NAN: the loader does not say */
	/* "12 connect() were refused with EADDRNOTAVAIL", part of a sentence */
	char text[120];
};

struct port_refusal port_refusal_of(const struct trial *trial, const struct figures *figures);

enum port_holder port_holder_of(const struct trial *trial, const struct figures *figures);

#endif
