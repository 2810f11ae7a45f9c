/* What the loader counted of its connections and responses that makes a trial invalid. */
#ifndef BENCH_JUDGE_OUTCOMES_H
#define BENCH_JUDGE_OUTCOMES_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

void outcomes_check(struct reasons *reasons, const struct trial *trial);

#endif
