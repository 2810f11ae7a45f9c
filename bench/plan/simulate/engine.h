/* Plays all units of a simulation, on several threads. */
#ifndef BENCH_PLAN_SIMULATE_ENGINE_H
#define BENCH_PLAN_SIMULATE_ENGINE_H

#include "bench/plan/simulate/machine.h"
#include "bench/plan/simulate/simulation.h"
#include "bench/plan/simulate/tally.h"

#include <stdint.h>

struct engine_watch {
	/* Called now and then by the thread that called engine_run(). A value other than 0 ends
	 * the simulation behind the units that are being played. Required. */
	int (*look)(void *argument, uint64_t units_played);
	void *argument;
};

/* What came of it does not depend on the number of threads. Returns the number of units played,
 * fewer than all after the watch said so, or -1 when there is no memory. */
int64_t engine_run(const struct simulation *simulation, const struct machine *machine,
	const struct engine_watch *watch, struct simulation_tally *tally);

#endif
