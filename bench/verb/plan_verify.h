/* teardown plan --verify: plays the plan, scaled down, on private networks. */
#ifndef BENCH_VERB_PLAN_VERIFY_H
#define BENCH_VERB_PLAN_VERIFY_H

#include "bench/plan/plan_options.h"
#include "bench/plan/plan_verify.h"
#include "common/error.h"

#include <stddef.h>

/* Plays each strategy of `figures`, and fills in `verified`, an array of `count`, to be given to
 * plan_verify_finish. Says on stderr how long that takes, and how it goes. Returns 0, also when a
 * signal ended it early; or -1 where nothing could be played. */
int plan_verify_play(const struct plan_options *options, const struct plan_asked *asked,
	const struct td_strategy *const *strategies, size_t count, struct plan_verified *verified,
	struct error *error);
void plan_verify_finish(struct plan_verified *verified, size_t count);

#endif
