/* What held the client's ports when connect(2) found none. */
#ifndef BENCH_FINDINGS_PORT_HOLDER_H
#define BENCH_FINDINGS_PORT_HOLDER_H

#include "bench/findings/finding.h"

enum port_holder {
	PORTS_OF_TIME_WAIT, /* at least half of them were TIME_WAITs */
	PORTS_OF_OPEN,      /* at least half of them were open connections */
	PORTS_OF_BOTH,      /* it is not known which were more */
};

enum port_holder port_holder_of(const struct trial *trial, const struct figures *figures);

#endif
