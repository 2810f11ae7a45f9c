/* How long a connection is open. */
#ifndef BENCH_PLAN_SIMULATE_LIFETIME_H
#define BENCH_PLAN_SIMULATE_LIFETIME_H

#include "bench/plan/simulate/alias.h"
#include "bench/plan/simulate/simulation.h"

/* For a connection that begins anywhere in a step: the number of steps to the one it ends in; the
 * last value means that the simulation is over before. Returns as alias_init() does. */
int lifetime_init(struct alias *alias, const struct simulation *simulation);

/* One lifetime, in seconds. */
double lifetime_draw(const struct simulation_input *input, uint64_t *random);

#endif
