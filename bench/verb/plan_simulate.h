/* teardown plan --simulate: plays the simulations of a plan. */
#ifndef BENCH_VERB_PLAN_SIMULATE_H
#define BENCH_VERB_PLAN_SIMULATE_H

#include "bench/plan/plan_simulation.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Says on stderr how it goes. A signal ends it: what was played by then is counted, and
 * `*is_interrupted` is set. Returns 0, or -1 when there is no memory. */
int plan_simulate_play(struct plan_simulated *simulated, size_t count, bool is_exact,
	bool *is_interrupted, struct error *error);

#endif
