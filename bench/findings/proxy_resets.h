/* Connections that a proxy opened to its upstream and ended with a RST, in place of a FIN. */
#ifndef BENCH_FINDINGS_PROXY_RESETS_H
#define BENCH_FINDINGS_PROXY_RESETS_H

#include "bench/judge/estimate.h"

struct proxy_resets {
	uint64_t opened;            /* connections of the proxy to its upstream */
	struct estimate reset;      /* of these, those that it reset and had sent no FIN on */
	struct estimate unanswered; /* those on which no byte of the upstream came */
};

/* None where the server of this trial is no proxy. */
struct proxy_resets proxy_resets_of(const struct trial *trial);

#endif
