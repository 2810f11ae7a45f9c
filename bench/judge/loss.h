/* What a load lost, and when it ran out of ports: figures of trials whose point that may be, and
 * which are invalid for any other question. */
#ifndef BENCH_JUDGE_LOSS_H
#define BENCH_JUDGE_LOSS_H

#include "bench/trial/record.h"

/* Unknown (NAN), all of them, of a third-party loader, and where the trial was not carried out to
 * its end. */
struct loss_figures {
	/* From the loader's start to the first connect() that found no port. Unknown, too, where
	 * each found one. */
	double exhausted_s;
	/* Of the connections attempted: those that ended before their last response was whole or at
	 * a deadline; and those that connect() refused. */
	double lost_share, refused_share;
	/* Bytes of response bodies that were announced and did not arrive. */
	double bytes;
};

struct loss_figures loss_figures_of(const struct trial *trial);

/* Whether the trial was carried out to its end, so that what became of its connections counts,
 * whatever else makes it invalid; and the loader tells. */
bool loss_is_known(const struct trial *trial);

/* Requests without success, cut off, or not answered; of a third-party loader those that it says.
 */
uint64_t loss_failed(const struct trial *trial);

/* Requests that got a response, whatever its status, or none; of the builtin loader alone. */
uint64_t loss_asked(const struct trial *trial);

#endif
