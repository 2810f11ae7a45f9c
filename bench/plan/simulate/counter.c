/* The counter machine. Ports of a pair are interchangeable, so counts by step are enough; pairs
 * that share nothing do not know each other, so each is played from the beginning to the end by
 * itself: memory does not grow with the pairs. */
#include "bench/plan/simulate/counter_pair.h"
#include "bench/plan/simulate/lifetime.h"
#include "bench/plan/simulate/machine.h"

#include "common/random.h"

#include <math.h>
#include <stdlib.h>

struct counter {
	struct counter_unit unit;
	struct counter_pair *pairs;
};

static void counter_destroy(void *state)
{
	struct counter *counter = state;
	if (!counter)
		return;
	for (uint32_t i = 0; counter->pairs && i < counter->unit.simulation->pairs_of_unit; i++)
		counter_pair_finish(&counter->pairs[i]);
	alias_finish(&counter->unit.lifetimes);
	free(counter->pairs);
	free(counter);
}

static void unit_init(struct counter_unit *unit, const struct simulation *simulation)
{
	const struct simulation_input *input = simulation->input;
	double step = simulation->step_s;
	*unit = (struct counter_unit){
		.simulation = simulation,
		.hold = counter_delay_of(input->hold_s / step),
		.lifetime = counter_delay_of(input->lifetime_s / step),
		.connect_timeout = counter_delay_of(input->connect_timeout_s / step),
	};
	for (uint32_t i = 0; i < input->retries; i++)
		unit->retry[i] = counter_delay_of(ldexp(input->retry_after_s, (int)i) / step);
	/* TIME_WAITs beyond a cap are skipped. */
	unit->is_hold_long = unit->hold.whole > 0 && !simulation->is_capped;
}

static void *counter_create(const struct simulation *simulation)
{
	struct counter *counter = calloc(1, sizeof(*counter));
	if (!counter)
		return NULL;
	unit_init(&counter->unit, simulation);
	counter->pairs = calloc(simulation->pairs_of_unit, sizeof(*counter->pairs));
	bool is_whole = counter->pairs != NULL;
	for (uint32_t i = 0; is_whole && i < simulation->pairs_of_unit; i++)
		is_whole = counter_pair_init(&counter->pairs[i], simulation) == 0;
	const struct simulation_input *input = simulation->input;
	if (is_whole && input->lifetimes != LIFETIMES_FIXED && input->lifetime_s > 0)
		is_whole = lifetime_init(&counter->unit.lifetimes, simulation) == 0;
	if (is_whole)
		return counter;
	counter_destroy(counter);
	return NULL;
}

/* TIME_WAITs that end in this step make room for others of their host. */
static void time_waits_end(struct counter *counter, uint32_t step)
{
	for (uint32_t i = 0; i < counter->unit.simulation->pairs_of_unit; i++)
		counter->unit.time_waits -= counter->pairs[i].freeing[step];
}

static void step_play(struct counter *counter, uint32_t step, struct simulation_tally_slot *slot)
{
	uint32_t pairs = counter->unit.simulation->pairs_of_unit;
	uint32_t first = pairs > 1 ? step % pairs : 0;
	if (--counter->unit.tick_left == 0)
		counter->unit.tick_left = counter->unit.simulation->tick_steps;
	if (counter->unit.simulation->is_capped)
		time_waits_end(counter, step);
	/* Each pair is the first to take what room there is under the cap, in turn. */
	for (uint32_t i = first; i < pairs; i++)
		counter_pair_step(&counter->pairs[i], &counter->unit, step, slot);
	for (uint32_t i = 0; i < first; i++)
		counter_pair_step(&counter->pairs[i], &counter->unit, step, slot);
}

static int counter_play(void *state, uint64_t number, struct simulation_tally *tally)
{
	struct counter *counter = state;
	const struct simulation *simulation = counter->unit.simulation;
	struct counter_unit *unit = &counter->unit;
	unit->random = simulation_random(simulation, number);
	unit->time_waits = 0;
	if (simulation->tick_steps > 0)
		unit->tick_left = 1 + (uint32_t)random_below(&unit->random, simulation->tick_steps);
	for (uint32_t i = 0; i < simulation->pairs_of_unit; i++)
		if (counter_pair_begin(
			    &counter->pairs[i], unit, simulation_rank(simulation, number, i)) == -1)
			return -1;
	for (uint32_t i = 0; i < SIMULATION_SLOTS; i++) {
		uint32_t end = simulation_slot_begin(simulation, i + 1);
		for (uint32_t step = simulation_slot_begin(simulation, i); step < end; step++)
			step_play(counter, step, &tally->slot[i]);
		for (uint32_t pair = 0; pair < simulation->pairs_of_unit; pair++)
			tally->slot[i]
				.held[simulation_tally_bin(tally, counter->pairs[pair].held)]++;
	}
	for (uint32_t i = 0; i < simulation->pairs_of_unit; i++)
		simulation_tally_pair(
			tally, counter->pairs[i].peak, counter->pairs[i].first_refused_s);
	return 0;
}

const struct machine machine_counter = {
	.create = counter_create, .play = counter_play, .destroy = counter_destroy};
