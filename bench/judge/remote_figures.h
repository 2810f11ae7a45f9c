/* Of a server on another host: the clocks of the two hosts, and what they did beside the load. */
#ifndef BENCH_JUDGE_REMOTE_FIGURES_H
#define BENCH_JUDGE_REMOTE_FIGURES_H

#include "bench/judge/reasons.h"
#include "bench/trial/record.h"

#include <stdint.h>

struct figures;

/* All 0 where the server is on this host. */
struct remote_figures {
	double clock_shift_us; /* this host's clock is so much later than the server's */
	double clock_bound_us; /* by which that may be wrong, at most */
	/* Connections that are not the load's, which either host opened or accepted meanwhile. */
	uint64_t server_others, client_others;
	/* The more of the two / the load's. */
	double others_share;
};

/* `opened` are the load's connections. */
struct remote_figures remote_figures_of(const struct trial *trial, uint64_t opened);

/* What makes a trial invalid on a network that others use. */
void remote_figures_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures);

#endif
