/* One pair of the counter machine: how many connections close, how many ports become free, and how
 * many attempts are made again in each step. No port and no connection is kept. */
#ifndef BENCH_PLAN_SIMULATE_COUNTER_PAIR_H
#define BENCH_PLAN_SIMULATE_COUNTER_PAIR_H

#include "bench/plan/simulate/alias.h"
#include "bench/plan/simulate/simulation.h"
#include "bench/plan/simulate/tally.h"

#include <stdbool.h>
#include <stdint.h>

/* A time in steps. What is so long behind an event anywhere in a step lies in the step `whole`
 * steps on, with the chance `early`, or in the one behind that. */
struct counter_delay {
	uint64_t whole;
	double early;
};

struct counter_delay counter_delay_of(double steps);

/* What the pairs of a unit share. */
struct counter_unit {
	const struct simulation *simulation;
	struct alias lifetimes; /* none where all are the same */
	uint64_t random;
	uint64_t time_waits; /* of the host; counted where there is a cap */
	struct counter_delay hold, lifetime, connect_timeout, retry[SIMULATION_RETRIES_MAX];
	/* From the end of a hold that begins with this step, less its fraction, to the tick of the
	 * timer wheel behind it: 1 to tick_steps steps. */
	uint32_t tick_left;
	bool is_hold_long; /* no port is free again in the step in which its connection closes */
};

struct counter_pair {
	/* Counters of each step, which are 0 again behind it. */
	uint32_t *closing, *freeing;
	uint32_t *failing; /* by how often it was tried before; NULL: there is no outage */
	uint32_t *due;     /* retries, by that number less 1; NULL: there are none */
	/* Drawn from: attempts of a step, or bursts of them. */
	struct alias arrivals;
	uint64_t rank;        /* that `arrivals` was made for */
	double mean_of_step;  /* attempts, or bursts */
	double arrival_phase; /* of SIMULATION_FIXED, 0 to 1 */
	uint64_t held, peak;
	double first_refused_s;
};

/* Returns 0, or -1 when there is no memory; then it may be finished all the same. */
int counter_pair_init(struct counter_pair *pair, const struct simulation *simulation);
void counter_pair_finish(struct counter_pair *pair);

/* Begins anew, with a destination of that rank. Returns 0, or -1 when there is no memory. */
int counter_pair_begin(struct counter_pair *pair, struct counter_unit *unit, uint64_t rank);

/* The next step: each has to be gone through. */
void counter_pair_step(struct counter_pair *pair, struct counter_unit *unit, uint32_t step,
	struct simulation_tally_slot *slot);

#endif
