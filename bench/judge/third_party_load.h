/* What makes the load of a third-party loader another one than was asked for. */
#ifndef BENCH_JUDGE_THIRD_PARTY_LOAD_H
#define BENCH_JUDGE_THIRD_PARTY_LOAD_H

#include "bench/judge/figures.h"
#include "bench/judge/reasons.h"

#include <stdint.h>

/* Adds a reason for each; none where the load is the builtin loader's. Behind an event (--at) what
 * it may have done to requests is no reason: that they failed, were not made or had no answer. */
void third_party_load_check(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures);

/* For how long nothing was sent or received before an instant; 0: something was, in the last three
 * samples before it. */
uint64_t third_party_load_still_ns(const struct trial *trial, uint64_t until_ns);

#endif
