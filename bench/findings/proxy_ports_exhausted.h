/* ports-exhausted of a proxy that connects on to its upstream. */
#ifndef BENCH_FINDINGS_PROXY_PORTS_EXHAUSTED_H
#define BENCH_FINDINGS_PROXY_PORTS_EXHAUSTED_H

#include "bench/findings/finding.h"

/* Only of a trial whose server is a proxy. */
void proxy_ports_exhausted_detect(struct findings *findings, const struct trial *trial);

#endif
