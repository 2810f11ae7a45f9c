/* That a server which connects on, to an upstream or a database, found no port there: a part of
 * ports-exhausted. */
#ifndef BENCH_FINDINGS_SERVER_PORTS_EXHAUSTED_H
#define BENCH_FINDINGS_SERVER_PORTS_EXHAUSTED_H

#include "bench/findings/finding.h"

void server_ports_exhausted_detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures);

#endif
