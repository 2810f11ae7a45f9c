/* What the NAT of a trial held and refused. */
#ifndef BENCH_JUDGE_NAT_FIGURES_H
#define BENCH_JUDGE_NAT_FIGURES_H

#include "bench/trial/record.h"

#include <stdint.h>

/* Its ports that are held, and by what: entries of connections that begin or are open, of which one
 * end or both have sent a FIN, in TIME_WAIT, and reset. */
struct nat_held {
	uint64_t ports, open, closing, time_wait, reset;
};

/* All 0 without a NAT. */
struct nat_figures {
	uint64_t ports_available;
	double ports_held_share;   /* at the peak. NAN without a NAT */
	double time_wait_s;        /* for which it holds a port once both FINs passed. The same */
	struct nat_held peak, end; /* at the instant that had most; after the trial had settled */
	/* SYNs that it dropped, since each port that it tried was held. */
	uint64_t refused;
	uint64_t other_drops; /* segments that it dropped besides */
	uint64_t given_up;    /* entries that it gave up at nf_conntrack_max */
	uint64_t invalid;     /* segments that fit none of its entries */
	/* SYNs that the server's TIME_WAIT answered with an ACK, since their timestamp was older
	 * than its own (PAWSTimewait). 0 on kernels that do not count it
	 * (trial.nat.counts_older). */
	uint64_t older_timestamps;
};

struct nat_figures nat_figures_of(const struct trial *trial);

#endif
