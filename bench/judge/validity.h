/* Why a trial is invalid: a pure function of its record and figures. */
#ifndef BENCH_JUDGE_VALIDITY_H
#define BENCH_JUDGE_VALIDITY_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

/* No reason: the trial is valid. Returns what to give to reasons_finish. */
struct reasons validity_reasons(const struct trial *trial, const struct figures *figures);

#endif
