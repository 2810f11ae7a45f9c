/* What is tried in a step, and which of it finds a port. */
#ifndef BENCH_PLAN_SIMULATE_ATTEMPTS_H
#define BENCH_PLAN_SIMULATE_ATTEMPTS_H

#include "bench/plan/simulate/simulation.h"

#include <stdint.h>

/* By how often each was tried before. */
struct attempts {
	uint64_t left[SIMULATION_RETRIES_MAX + 1]; /* to be tried */
	uint64_t accepted[SIMULATION_RETRIES_MAX + 1], refused[SIMULATION_RETRIES_MAX + 1];
	uint64_t all, taken; /* attempts; accepted ones */
};

/* Attempts of one instant. Those of a burst are tried again together, unless there is jitter. */
uint32_t attempts_burst(const struct simulation_input *input, uint32_t before);

/* There are ports for all. */
void attempts_accept_all(struct attempts *attempts, uint32_t retries);

/* So many ports are held, and `freed` of them become free within the step: attempts and these
 * alternate. `phase` is where first attempts at even distances lie, 0 to 1. */
void attempts_interleave(struct attempts *attempts, const struct simulation_input *input,
	uint64_t held, uint64_t freed, double phase, uint64_t *random);

#endif
