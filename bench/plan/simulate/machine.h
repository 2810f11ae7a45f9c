/* An engine: it plays one unit of a simulation after the other. The counter machine counts what
 * happens in each step; the exact one handles each event at its time. */
#ifndef BENCH_PLAN_SIMULATE_MACHINE_H
#define BENCH_PLAN_SIMULATE_MACHINE_H

#include "bench/plan/simulate/simulation.h"
#include "bench/plan/simulate/tally.h"

#include <stdint.h>

struct machine {
	/* Of one thread. Returns NULL when there is no memory. Required. */
	void *(*create)(const struct simulation *simulation);
	/* What comes of a unit depends on its number alone, not on those played before. Returns 0,
	 * or -1 when there is no memory. Required. */
	int (*play)(void *state, uint64_t unit, struct simulation_tally *tally);
	/* `state` may be NULL. Required. */
	void (*destroy)(void *state);
};

extern const struct machine machine_counter, machine_exact;

#endif
