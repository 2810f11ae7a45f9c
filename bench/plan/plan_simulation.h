/* What `teardown plan --simulate` plays: of each strategy, from its terms and the options. */
#ifndef BENCH_PLAN_PLAN_SIMULATION_H
#define BENCH_PLAN_PLAN_SIMULATION_H

#include "bench/plan/plan_options.h"
#include "bench/plan/plan_terms.h"
#include "bench/plan/simulate/simulation.h"
#include "bench/plan/simulate/tally.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strategies that hold ports alike are played once. */
struct plan_simulated {
	const struct td_strategy **strategies;
	size_t count;
	struct simulation_input input;
	struct simulation simulation;
	/* NULL: nothing was played, since no port is held for longer than an instant. */
	struct simulation_tally *tally;
	uint64_t units_played; /* fewer than all: it was interrupted */
	bool is_nat;           /* the ports are those of a NAT */
	bool is_by_parity;     /* connect(2) slows down from half of the ports on */
};

/* Fills `input` but for what the strategies decide: without a NAT `ports` is 0. Returns 0, or -1
 * with STATUS_USAGE and the reason. */
int plan_simulation_read(const struct plan_options *options, const struct plan_asked *asked,
	struct simulation_input *input, struct error *error);

/* Puts the strategies into groups, whose simulations are ready to be played. `*count` is set to
 * their number. Returns an array that is to be given to plan_simulated_destroy, or NULL with the
 * reason. */
struct plan_simulated *plan_simulated_create(const struct plan_asked *asked,
	const struct simulation_input *input, const struct td_strategy *const *strategies,
	size_t strategy_count, size_t *count, struct error *error);
void plan_simulated_destroy(struct plan_simulated *simulated, size_t count);

#endif
