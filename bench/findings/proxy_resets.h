/* Connections that a proxy opened to its upstream and ended with a RST, in place of a FIN. */
#ifndef BENCH_FINDINGS_PROXY_RESETS_H
#define BENCH_FINDINGS_PROXY_RESETS_H

#include "bench/judge/estimate.h"

/* Those that the proxy of this trial reset and had sent no FIN on; none where the server is no
 * proxy. `opened` is how many it opened. */
struct estimate proxy_resets_of(const struct trial *trial, uint64_t *opened);

#endif
