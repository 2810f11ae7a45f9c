/* Whether the load of an open loop was the one that was asked for. */
#ifndef BENCH_JUDGE_LATE_STARTS_H
#define BENCH_JUDGE_LATE_STARTS_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

/* Too many starts were late or missed; says whose fault that is. */
void late_starts_check(struct reasons *reasons, const struct trial *trial);

#endif
