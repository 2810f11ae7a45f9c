#include "bench/plan/simulate/tally.h"

#include <math.h>

void simulation_tally_init(struct simulation_tally *tally, const struct simulation *simulation)
{
	*tally = (struct simulation_tally){
		.ports = simulation->input->ports,
		.first_refused_s = INFINITY,
	};
}

static void bins_add(uint32_t *bins, const uint32_t *other)
{
	for (size_t i = 0; i < TALLY_BINS; i++)
		bins[i] += other[i];
}

static void slot_add(struct simulation_tally_slot *slot, const struct simulation_tally_slot *other)
{
	slot->attempted += other->attempted;
	slot->retried += other->retried;
	slot->refused += other->refused;
	slot->slow += other->slow;
	slot->failed += other->failed;
	slot->given_up += other->given_up;
	slot->skipped += other->skipped;
	slot->held_half_steps += other->held_half_steps;
	if (other->held_most > slot->held_most)
		slot->held_most = other->held_most;
	bins_add(slot->held, other->held);
}

void simulation_tally_add(struct simulation_tally *tally, const struct simulation_tally *other)
{
	tally->pairs += other->pairs;
	tally->pairs_refused += other->pairs_refused;
	tally->first_refused_s = fmin(tally->first_refused_s, other->first_refused_s);
	bins_add(tally->peaks, other->peaks);
	for (uint32_t i = 0; i < SIMULATION_SLOTS; i++)
		slot_add(&tally->slot[i], &other->slot[i]);
}

void simulation_tally_pair(struct simulation_tally *tally, uint64_t peak, double first_refused_s)
{
	tally->pairs++;
	tally->peaks[simulation_tally_bin(tally, peak)]++;
	if (isfinite(first_refused_s))
		tally->pairs_refused++;
	tally->first_refused_s = fmin(tally->first_refused_s, first_refused_s);
}

uint64_t simulation_tally_quantile(
	const struct simulation_tally *tally, const uint32_t *bins, uint64_t most, double share)
{
	uint64_t all = 0, seen = 0;
	for (size_t i = 0; i < TALLY_BINS; i++)
		all += bins[i];
	if (all == 0)
		return 0;
	uint64_t wanted = (uint64_t)ceil(share * (double)all);
	size_t bin = 0;
	while (bin < TALLY_BINS - 1 && (seen += bins[bin]) < wanted)
		bin++;
	/* The greatest number that lies in the bin. */
	uint64_t of_bin = ((bin + 1) * tally->ports - 1) / (TALLY_BINS - 1);
	return of_bin < most ? of_bin : most;
}

struct simulation_tally_slot simulation_tally_total(const struct simulation_tally *tally)
{
	struct simulation_tally_slot total = {0};
	for (uint32_t i = 0; i < SIMULATION_SLOTS; i++)
		slot_add(&total, &tally->slot[i]);
	return total;
}

double simulation_tally_held_mean(const struct simulation_tally *tally,
	const struct simulation *simulation, uint32_t first, uint32_t count)
{
	uint32_t from = simulation_slot_begin(simulation, first);
	double steps = simulation_slot_begin(simulation, first + count) - from;
	double held = 0;
	for (uint32_t i = first; i < first + count; i++)
		held += (double)tally->slot[i].held_half_steps;
	return tally->pairs ? held / (2 * steps) / (double)tally->pairs : 0;
}
