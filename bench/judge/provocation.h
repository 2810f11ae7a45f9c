/* What a trial was asked to show makes no trial invalid. */
#ifndef BENCH_JUDGE_PROVOCATION_H
#define BENCH_JUDGE_PROVOCATION_H

#include "bench/judge/figures.h"

#include <stdbool.h>

/* Whether the trial was to show what an event (--at) or a rate that rises (--ramp) breaks. */
bool provocation_was_asked(const struct trial *trial);

#endif
