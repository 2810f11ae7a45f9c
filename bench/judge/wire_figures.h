/* What the wire of a trial carried, and whether it was what limited the load. */
#ifndef BENCH_JUDGE_WIRE_FIGURES_H
#define BENCH_JUDGE_WIRE_FIGURES_H

#include "bench/judge/reasons.h"
#include "bench/trial/record.h"

#include <stdint.h>

/* Of both directions together. All 0 without a wire. */
struct wire_figures {
	uint64_t frames, bytes;    /* that arrived at it */
	uint64_t lost, duplicated; /* as it was told */
	uint64_t failed;           /* that an ideal wire would have carried */
	struct wire_use use;       /* in the load */
};

struct wire_figures wire_figures_of(const struct trial *trial);

/* Adds why the trial says more of the wire than of the load. */
void wire_figures_check(struct reasons *reasons, const struct trial *trial);

#endif
