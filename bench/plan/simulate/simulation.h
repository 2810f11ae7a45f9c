/* What is simulated: connections from source addresses to destinations, the ports that they hold,
 * and who tries again. A pair is one source address and one destination with its port. */
#ifndef BENCH_PLAN_SIMULATE_SIMULATION_H
#define BENCH_PLAN_SIMULATE_SIMULATION_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum simulation_arrivals { SIMULATION_FIXED, SIMULATION_POISSON, SIMULATION_BURSTS };
enum simulation_lifetimes { LIFETIMES_FIXED, LIFETIMES_EXPONENTIAL, LIFETIMES_PARETO };

#define SIMULATION_RETRIES_MAX 16
/* Parts of the time simulated, of which the result tells. */
#define SIMULATION_SLOTS 60

struct simulation_input {
	uint64_t sources; /* source addresses of all hosts together */
	uint64_t destinations;
	uint64_t sources_of_host; /* whose TIME_WAITs share a cap. Optional: default 1 */
	uint32_t ports;           /* of each pair */
	double rate_per_s;        /* connections of all pairs together, without retries */
	/* The destination of rank k gets a share proportional to k^-zipf: 0 is the same for all. */
	double zipf;
	double seconds;
	enum simulation_arrivals arrivals;
	/* Attempts at one instant, of SIMULATION_BURSTS; bursts arrive as Poisson has it. */
	uint32_t burst;
	enum simulation_lifetimes lifetimes;
	double lifetime_s;   /* the mean; 0: a connection ends where it begins */
	double pareto_shape; /* above 1, of LIFETIMES_PARETO */
	/* How long a port is held behind the close: TIME_WAIT's 60 s, reuse's delay, or 0. */
	double hold_s;
	/* A hold ends at the next tick of the kernel's timer wheel. 0: it ends at once. */
	double tick_s;
	/* TIME_WAITs of a host beyond so many are skipped: their ports are free at once. 0: there
	 * is no cap. */
	uint64_t cap;
	/* From here on, for so long, nobody answers: a connection holds its port until the timeout,
	 * and has failed then. */
	double outage_from_s, outage_for_s, connect_timeout_s;
	/* Attempts that were refused a port or have failed are tried again, at most so often: after
	 * retry_after_s, then after twice that, and so on. */
	uint32_t retries;
	double retry_after_s;
	bool is_jittered; /* each delay is drawn between 0 and that */
	uint64_t seed;
	uint32_t threads; /* at most 64 are started. Optional: default 1 */
};

/* What follows from it. */
struct simulation {
	const struct simulation_input *input;
	double step_s;
	uint32_t steps, tick_steps; /* at least two steps a slot */
	bool is_capped;
	/* What is simulated by itself: a pair, or all pairs of a host where these share a cap. */
	uint64_t units;
	uint32_t pairs_of_unit;
	double zipf_sum;
};

/* Returns 0, or -1 with STATUS_USAGE where that is more than can be simulated. */
int simulation_init(
	struct simulation *simulation, const struct simulation_input *input, struct error *error);

/* The rank of a unit's pair, from 0 on. Units of the same rank follow each other. */
uint64_t simulation_rank(const struct simulation *simulation, uint64_t unit, uint32_t pair);
/* Connections a second of a pair whose destination has that rank. */
double simulation_rate_of_rank(const struct simulation *simulation, uint64_t rank);
/* The state of a unit's random numbers, which no other unit has. */
uint64_t simulation_random(const struct simulation *simulation, uint64_t unit);

/* The step with which a slot begins; of SIMULATION_SLOTS the number of steps. */
static inline uint32_t simulation_slot_begin(const struct simulation *simulation, uint32_t slot)
{
	return (uint32_t)(((uint64_t)slot * simulation->steps + SIMULATION_SLOTS - 1) /
			  SIMULATION_SLOTS);
}

/* The share of a step in which nobody answers. */
double simulation_out_share(const struct simulation *simulation, uint32_t step);

static inline bool simulation_is_out(const struct simulation_input *input, double at_s)
{
	return at_s >= input->outage_from_s && at_s < input->outage_from_s + input->outage_for_s;
}

#endif
