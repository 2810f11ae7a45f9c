/* What the load lost at a full queue of the server's listener. */
#ifndef BENCH_JUDGE_DROPPED_H
#define BENCH_JUDGE_DROPPED_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

/* Adds why that makes the trial invalid. What another listener of the server's has dropped is not
 * the load's. */
void dropped_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures);

#endif
