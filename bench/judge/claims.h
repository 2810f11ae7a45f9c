/* Whether a strategy's claims held: who closed first, and who was left with TIME_WAIT. */
#ifndef BENCH_JUDGE_CLAIMS_H
#define BENCH_JUDGE_CLAIMS_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

/* Nothing is claimed where clients deviate, where an event came, or where the claim is a race. */
void claims_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures);

#endif
