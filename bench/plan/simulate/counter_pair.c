#include "bench/plan/simulate/counter_pair.h"

#include "bench/plan/simulate/attempts.h"
#include "common/random.h"

#include <math.h>
#include <stdlib.h>

int counter_pair_init(struct counter_pair *pair, const struct simulation *simulation)
{
	const struct simulation_input *input = simulation->input;
	size_t steps = simulation->steps;
	*pair = (struct counter_pair){
		.rank = UINT64_MAX,
		.closing = calloc(steps, sizeof(*pair->closing)),
		.freeing = calloc(steps, sizeof(*pair->freeing)),
	};
	if (input->outage_for_s > 0)
		pair->failing = calloc(steps * (input->retries + 1), sizeof(*pair->failing));
	if (input->retries > 0)
		pair->due = calloc(steps * input->retries, sizeof(*pair->due));
	bool has_all = pair->closing && pair->freeing &&
		       (pair->failing || input->outage_for_s <= 0) &&
		       (pair->due || input->retries == 0);
	return has_all ? 0 : -1;
}

void counter_pair_finish(struct counter_pair *pair)
{
	alias_finish(&pair->arrivals);
	free(pair->closing);
	free(pair->freeing);
	free(pair->failing);
	free(pair->due);
}

int counter_pair_begin(struct counter_pair *pair, struct counter_unit *unit, uint64_t rank)
{
	const struct simulation_input *input = unit->simulation->input;
	pair->held = pair->peak = 0;
	pair->first_refused_s = INFINITY;
	pair->arrival_phase = 1 - random_share(&unit->random);
	if (pair->rank == rank)
		return 0;
	pair->rank = rank;
	pair->mean_of_step =
		simulation_rate_of_rank(unit->simulation, rank) * unit->simulation->step_s;
	if (input->arrivals == SIMULATION_FIXED)
		return 0;
	if (input->arrivals == SIMULATION_BURSTS)
		pair->mean_of_step /= input->burst;
	alias_finish(&pair->arrivals);
	return alias_init_poisson(&pair->arrivals, pair->mean_of_step);
}

static uint32_t take(uint32_t *counter)
{
	uint32_t count = *counter;
	*counter = 0;
	return count;
}

struct counter_delay counter_delay_of(double steps)
{
	double whole = floor(steps);
	return (struct counter_delay){.whole = (uint64_t)whole, .early = 1 - (steps - whole)};
}

/* Rounded at random, so that the mean is kept. */
static uint64_t share_of(struct counter_unit *unit, uint64_t count, double share)
{
	if (count == 0 || share >= 1)
		return count;
	uint64_t part = (uint64_t)((double)count * share + 1 - random_share(&unit->random));
	return part < count ? part : count;
}

/* Counters of each step have room for `stride`. */
static void split(struct counter_unit *unit, uint32_t *counters, uint32_t stride, uint64_t first,
	uint64_t second, double early, uint64_t count)
{
	uint32_t steps = unit->simulation->steps;
	uint64_t earlier = share_of(unit, count, early);
	if (first < steps)
		counters[first * stride] += (uint32_t)earlier;
	if (second < steps)
		counters[second * stride] += (uint32_t)(count - earlier);
}

/* What is the same delay behind `count` events, anywhere in one step, lies in two steps. */
static void spread(struct counter_unit *unit, uint32_t *counters, uint32_t stride, uint32_t step,
	struct counter_delay delay, uint64_t count)
{
	uint64_t first = step + delay.whole;
	split(unit, counters, stride, first, first + 1, delay.early, count);
}

/* The same of a hold, that ends at the tick at or behind its time. */
static void spread_to_ticks(
	struct counter_pair *pair, struct counter_unit *unit, uint32_t step, uint64_t count)
{
	uint64_t first = step + unit->hold.whole + unit->tick_left;
	double early = unit->tick_left - 1 + unit->hold.early;
	split(unit, pair->freeing, 1, first, first + unit->simulation->tick_steps, early, count);
}

/* Connections that close in this step begin their hold. Returns the ports that are free at once,
 * since their TIME_WAIT is skipped. */
static uint64_t closes_count(struct counter_pair *pair, struct counter_unit *unit, uint32_t step,
	struct simulation_tally_slot *slot)
{
	const struct simulation *simulation = unit->simulation;
	uint64_t count = take(&pair->closing[step]), kept = count;
	if (count == 0)
		return 0;
	if (simulation->is_capped) {
		uint64_t cap = simulation->input->cap;
		uint64_t room = cap > unit->time_waits ? cap - unit->time_waits : 0;
		kept = count < room ? count : room;
		unit->time_waits += kept;
		slot->skipped += count - kept;
	}
	if (simulation->tick_steps > 0)
		spread_to_ticks(pair, unit, step, kept);
	else
		spread(unit, pair->freeing, 1, step, unit->hold, kept);
	return count - kept;
}

/* Attempts that have failed or were refused after `before` others are made again, or given up. */
static void retries_count(struct counter_pair *pair, struct counter_unit *unit, uint32_t step,
	uint32_t before, uint64_t count, struct simulation_tally_slot *slot)
{
	const struct simulation *simulation = unit->simulation;
	const struct simulation_input *input = simulation->input;
	if (before >= input->retries) {
		slot->given_up += count;
		return;
	}
	uint32_t *due = pair->due + before;
	struct counter_delay delay = unit->retry[before];
	if (!input->is_jittered) {
		spread(unit, due, input->retries, step, delay, count);
		return;
	}
	double most = (double)delay.whole + 1 - delay.early;
	for (uint64_t i = 0; i < count; i++) {
		double at = step + random_share(&unit->random) + random_share(&unit->random) * most;
		at = fmax(floor(at), step + 1);
		if (at < simulation->steps)
			due[(uint64_t)at * input->retries]++;
	}
}

/* Returns the ports of attempts that nobody has answered until now. */
static uint64_t fails_count(struct counter_pair *pair, struct counter_unit *unit, uint32_t step,
	struct simulation_tally_slot *slot)
{
	uint32_t retries = unit->simulation->input->retries;
	uint64_t all = 0;
	if (!pair->failing)
		return 0;
	for (uint32_t before = 0; before <= retries; before++) {
		uint32_t count = take(&pair->failing[(uint64_t)step * (retries + 1) + before]);
		if (count == 0)
			continue;
		all += count;
		retries_count(pair, unit, step, before, count, slot);
	}
	slot->failed += all;
	return all;
}

static uint64_t arrivals_draw(struct counter_pair *pair, struct counter_unit *unit, uint32_t step)
{
	if (unit->simulation->input->arrivals != SIMULATION_FIXED)
		return alias_draw(&pair->arrivals, random_next(&unit->random));
	double from = step * pair->mean_of_step + pair->arrival_phase;
	return (uint64_t)floor(from + pair->mean_of_step) - (uint64_t)floor(from);
}

/* Of attempts one behind the other those that find more than half of the ports held. */
static uint64_t slow_count(uint64_t held, uint64_t attempts, uint64_t half)
{
	if (held > half)
		return attempts;
	return held + attempts > half + 1 ? held + attempts - half - 1 : 0;
}

static void attempts_gather(struct attempts *attempts, struct counter_pair *pair,
	struct counter_unit *unit, uint32_t step, struct simulation_tally_slot *slot)
{
	const struct simulation_input *input = unit->simulation->input;
	uint32_t retries = input->retries;
	uint64_t first = arrivals_draw(pair, unit, step) * attempts_burst(input, 0), again = 0;
	attempts->left[0] = first;
	for (uint32_t before = 1; before <= retries; before++) {
		uint32_t count = take(&pair->due[(uint64_t)step * retries + before - 1]);
		attempts->left[before] = count;
		again += count;
	}
	attempts->all = first + again;
	attempts->taken = 0;
	slot->attempted += attempts->all;
	slot->retried += again;
	slot->slow += slow_count(pair->held, attempts->all, input->ports / 2);
}

/* Accepted attempts that nobody answers hold their port until they fail. Returns how many. */
static uint64_t attempts_fail(struct attempts *attempts, struct counter_pair *pair,
	struct counter_unit *unit, uint32_t step)
{
	const struct simulation *simulation = unit->simulation;
	const struct simulation_input *input = simulation->input;
	double share = pair->failing ? simulation_out_share(simulation, step) : 0;
	uint64_t all = 0;
	if (share <= 0)
		return 0;
	for (uint32_t before = 0; before <= input->retries; before++) {
		uint64_t count = share_of(unit, attempts->accepted[before], share);
		spread(unit, pair->failing + before, input->retries + 1, step,
			unit->connect_timeout, count);
		all += count;
	}
	return all;
}

/* The other ones, until they close. */
static void attempts_go_on(struct attempts *attempts, struct counter_pair *pair,
	struct counter_unit *unit, uint32_t step)
{
	const struct simulation *simulation = unit->simulation;
	uint64_t count = attempts->taken - attempts_fail(attempts, pair, unit, step);
	if (!unit->lifetimes.cells) {
		spread(unit, pair->closing, 1, step, unit->lifetime, count);
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		uint64_t end = step + alias_draw(&unit->lifetimes, random_next(&unit->random));
		if (end < simulation->steps)
			pair->closing[end]++;
	}
}

static void refusals_count(const struct attempts *attempts, struct counter_pair *pair,
	struct counter_unit *unit, uint32_t step, struct simulation_tally_slot *slot)
{
	const struct simulation *simulation = unit->simulation;
	if (attempts->taken == attempts->all)
		return;
	slot->refused += attempts->all - attempts->taken;
	pair->first_refused_s = fmin(pair->first_refused_s, step * simulation->step_s);
	for (uint32_t before = 0; before <= simulation->input->retries; before++)
		if (attempts->refused[before] > 0)
			retries_count(pair, unit, step, before, attempts->refused[before], slot);
}

void counter_pair_step(struct counter_pair *pair, struct counter_unit *unit, uint32_t step,
	struct simulation_tally_slot *slot)
{
	const struct simulation_input *input = unit->simulation->input;
	struct attempts attempts;
	uint64_t freed = fails_count(pair, unit, step, slot);
	/* Ports of those that close now may be free within the step. */
	if (!unit->is_hold_long)
		freed += closes_count(pair, unit, step, slot);
	uint64_t hold_ends = take(&pair->freeing[step]);
	/* The wheel fires at the beginning of the step. */
	if (unit->simulation->tick_steps > 0)
		pair->held -= hold_ends;
	else
		freed += hold_ends;
	slot->held_half_steps += pair->held;
	attempts_gather(&attempts, pair, unit, step, slot);
	if (pair->held + attempts.all <= input->ports)
		attempts_accept_all(&attempts, input->retries);
	else
		attempts_interleave(
			&attempts, input, pair->held, freed, pair->arrival_phase, &unit->random);
	if (attempts.taken > 0)
		attempts_go_on(&attempts, pair, unit, step);
	refusals_count(&attempts, pair, unit, step, slot);
	/* With those that began within the step. */
	freed += closes_count(pair, unit, step, slot);
	freed += take(&pair->freeing[step]);
	pair->held += attempts.taken - freed;
	slot->held_half_steps += pair->held;
	if (pair->held > pair->peak)
		pair->peak = pair->held;
	if (pair->held > slot->held_most)
		slot->held_most = pair->held;
}
