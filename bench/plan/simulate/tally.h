/* What came of simulated units. All of it are whole numbers that are added up, or the greatest or
 * least of them: the order in which units are added does not matter. */
#ifndef BENCH_PLAN_SIMULATE_TALLY_H
#define BENCH_PLAN_SIMULATE_TALLY_H

#include "bench/plan/simulate/simulation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bins of ports held: none, and 512 shares of all. */
#define TALLY_BINS 513

/* One part of the time simulated. */
struct simulation_tally_slot {
	uint64_t attempted; /* calls of connect(2), retries too */
	uint64_t retried;   /* of these, tries after the first */
	uint64_t refused;   /* no port was free */
	uint64_t slow;      /* attempts while more than half of the ports were held */
	uint64_t failed;    /* nobody answered */
	uint64_t given_up;  /* refused or failed, and not tried again */
	uint64_t skipped;   /* TIME_WAITs beyond the cap */
	/* Ports held, added up over half steps and pairs: those at the begin and at the end of each
	 * step. */
	uint64_t held_half_steps;
	uint64_t held_most;        /* of one pair */
	uint32_t held[TALLY_BINS]; /* pairs by the ports that they hold where the slot ends */
};

struct simulation_tally {
	uint32_t ports;
	uint64_t pairs, pairs_refused;
	double first_refused_s;     /* INFINITY: none was */
	uint32_t peaks[TALLY_BINS]; /* pairs by the most ports that they held */
	struct simulation_tally_slot slot[SIMULATION_SLOTS];
};

void simulation_tally_init(struct simulation_tally *tally, const struct simulation *simulation);
void simulation_tally_add(struct simulation_tally *tally, const struct simulation_tally *other);

/* A pair held so many ports where the slot ended. */
static inline uint32_t simulation_tally_bin(const struct simulation_tally *tally, uint64_t held)
{
	return (uint32_t)(held * (TALLY_BINS - 1) / tally->ports);
}

/* The pair is over. */
void simulation_tally_pair(struct simulation_tally *tally, uint64_t peak, double first_refused_s);

/* The most ports that a share of the pairs, 0 to 1, held at most; of at most 512 ports exact, else
 * rounded up by less than 1/512 of all, but never above `most`. 0 where there is no pair. */
uint64_t simulation_tally_quantile(
	const struct simulation_tally *tally, const uint32_t *bins, uint64_t most, double share);

/* Of all slots together: sums, the greatest of the most held, the sum of the bins. */
struct simulation_tally_slot simulation_tally_total(const struct simulation_tally *tally);

/* Ports held by a pair, the mean over time and pairs of so many slots from `first` on. */
double simulation_tally_held_mean(const struct simulation_tally *tally,
	const struct simulation *simulation, uint32_t first, uint32_t count);

#endif
