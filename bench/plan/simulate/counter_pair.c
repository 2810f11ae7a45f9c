#include "bench/plan/simulate/counter_pair.h"

#include "common/random.h"

#include <math.h>
#include <stdlib.h>

/* What is tried in a step, by how often it was tried before. */
struct attempts {
	uint64_t left[SIMULATION_RETRIES_MAX + 1];
	uint64_t accepted[SIMULATION_RETRIES_MAX + 1], refused[SIMULATION_RETRIES_MAX + 1];
	uint64_t all, taken;
};

/* The events of a step in their order: bursts of attempts, and ports that become free. */
struct order {
	uint64_t freed;                              /* left, at random places */
	uint64_t bursts[SIMULATION_RETRIES_MAX + 1]; /* left, the same */
	uint64_t events;                             /* of these, all together */
	uint64_t even; /* first attempts of SIMULATION_FIXED: at even distances */
	double even_at, gap,
		at; /* of the next of them, between two, of the last event: of a step */
};

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

/* Rounded at random, so that the mean is kept. */
static uint64_t share_of(struct counter_unit *unit, uint64_t count, double share)
{
	uint64_t part = (uint64_t)((double)count * share + 1 - random_share(&unit->random));
	return part < count ? part : count;
}

/* What is the same delay behind `count` events, anywhere in one step, lies in two steps: from
 * `from` to one step later, in steps. There are `stride` counters a step. */
static void spread(
	struct counter_unit *unit, uint32_t *counters, uint32_t stride, double from, uint64_t count)
{
	double whole = floor(from);
	uint64_t first = (uint64_t)whole;
	uint64_t earlier = share_of(unit, count, 1 - (from - whole));
	if (first < unit->simulation->steps)
		counters[first * stride] += (uint32_t)earlier;
	if (first + 1 < unit->simulation->steps)
		counters[(first + 1) * stride] += (uint32_t)(count - earlier);
}

/* The same of a hold, that ends at the tick at or behind its time. */
static void spread_to_ticks(
	struct counter_pair *pair, struct counter_unit *unit, double from, uint64_t count)
{
	double ticks = unit->simulation->tick_steps, phase = unit->tick_phase;
	double tick = ceil((from - phase) / ticks) * ticks + phase;
	uint64_t first = (uint64_t)tick, second = first + unit->simulation->tick_steps;
	uint64_t earlier = share_of(unit, count, fmin(1, tick - from));
	if (first < unit->simulation->steps)
		pair->freeing[first] += (uint32_t)earlier;
	if (second < unit->simulation->steps)
		pair->freeing[second] += (uint32_t)(count - earlier);
}

/* Connections that close in this step begin their hold. Returns the ports that are free at once,
 * since their TIME_WAIT is skipped. */
static uint64_t closes_count(struct counter_pair *pair, struct counter_unit *unit, uint32_t step,
	struct simulation_tally_slot *slot)
{
	const struct simulation *simulation = unit->simulation;
	double from = (double)step + simulation->input->hold_s / simulation->step_s;
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
		spread_to_ticks(pair, unit, from, kept);
	else
		spread(unit, pair->freeing, 1, from, kept);
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
	double delay = ldexp(input->retry_after_s, (int)before) / simulation->step_s;
	uint32_t *due = pair->due + before;
	if (!input->is_jittered) {
		spread(unit, due, input->retries, fmax(step + delay, step + 1), count);
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		double at =
			step + random_share(&unit->random) + random_share(&unit->random) * delay;
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

/* Attempts of one instant. Those of a burst are tried again together, unless there is jitter. */
static uint32_t burst_of(const struct simulation_input *input, uint32_t before)
{
	if (input->arrivals != SIMULATION_BURSTS || (before > 0 && input->is_jittered))
		return 1;
	return input->burst;
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
	uint64_t first = arrivals_draw(pair, unit, step) * burst_of(input, 0), again = 0;
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

static void attempts_accept_all(struct attempts *attempts, uint32_t retries)
{
	for (uint32_t before = 0; before <= retries; before++) {
		attempts->accepted[before] = attempts->left[before];
		attempts->refused[before] = 0;
	}
	attempts->taken = attempts->all;
}

static void order_init(struct order *order, const struct attempts *attempts,
	const struct counter_pair *pair, const struct simulation_input *input, uint64_t freed)
{
	bool is_fixed = input->arrivals == SIMULATION_FIXED;
	*order = (struct order){.freed = freed, .events = freed};
	if (is_fixed) {
		order->even = attempts->left[0];
		order->gap = 1 / ((double)order->even + 1);
		order->even_at = order->gap * pair->arrival_phase;
	}
	for (uint32_t before = is_fixed ? 1 : 0; before <= input->retries; before++) {
		uint32_t burst = burst_of(input, before);
		order->bursts[before] = (attempts->left[before] + burst - 1) / burst;
		order->events += order->bursts[before];
	}
}

#define PORT_FREED (-1)

/* An event at a random place: a port, or a burst that was tried so often before. */
static int order_draw(struct order *order, uint64_t *random)
{
	uint64_t draw = random_below(random, order->events--);
	uint32_t before = 0;
	if (draw < order->freed) {
		order->freed--;
		return PORT_FREED;
	}
	draw -= order->freed;
	while (draw >= order->bursts[before])
		draw -= order->bursts[before++];
	order->bursts[before]--;
	return (int)before;
}

/* The next event. */
static int order_next(struct order *order, uint64_t *random)
{
	if (order->even == 0)
		return order_draw(order, random);
	/* The least of so many places in the rest of the step. */
	double at = INFINITY;
	if (order->events > 0)
		at = 1 - (1 - order->at) * pow(random_share(random), 1.0 / (double)order->events);
	if (at < order->even_at) {
		order->at = at;
		return order_draw(order, random);
	}
	order->at = order->even_at;
	order->even_at += order->gap;
	order->even--;
	return 0;
}

/* Attempts and ports that become free alternate within the step. */
static void attempts_interleave(struct attempts *attempts, const struct counter_pair *pair,
	struct counter_unit *unit, uint64_t freed)
{
	const struct simulation_input *input = unit->simulation->input;
	uint64_t held = pair->held, left = attempts->all;
	struct order order;
	for (uint32_t before = 0; before <= input->retries; before++)
		attempts->accepted[before] = attempts->refused[before] = 0;
	order_init(&order, attempts, pair, input, freed);
	while (left > 0) {
		int next = order_next(&order, &unit->random);
		if (next == PORT_FREED) {
			held--;
			continue;
		}
		uint64_t wanted = burst_of(input, (uint32_t)next), room = input->ports - held;
		if (wanted > attempts->left[next])
			wanted = attempts->left[next];
		uint64_t accepted = wanted < room ? wanted : room;
		held += accepted;
		left -= wanted;
		attempts->left[next] -= wanted;
		attempts->taken += accepted;
		attempts->accepted[next] += accepted;
		attempts->refused[next] += wanted - accepted;
	}
}

/* Accepted attempts that nobody answers hold their port until they fail. Returns how many. */
static uint64_t attempts_fail(struct attempts *attempts, struct counter_pair *pair,
	struct counter_unit *unit, uint32_t step)
{
	const struct simulation *simulation = unit->simulation;
	const struct simulation_input *input = simulation->input;
	double share = simulation_out_share(simulation, step);
	double at = step + input->connect_timeout_s / simulation->step_s;
	uint64_t all = 0;
	if (share <= 0)
		return 0;
	for (uint32_t before = 0; before <= input->retries; before++) {
		uint64_t count = share_of(unit, attempts->accepted[before], share);
		spread(unit, pair->failing + before, input->retries + 1, at, count);
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
		double end = step + simulation->input->lifetime_s / simulation->step_s;
		spread(unit, pair->closing, 1, end, count);
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
	uint64_t freed = closes_count(pair, unit, step, slot) + fails_count(pair, unit, step, slot);
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
		attempts_interleave(&attempts, pair, unit, freed);
	if (attempts.taken > 0)
		attempts_go_on(&attempts, pair, unit, step);
	refusals_count(&attempts, pair, unit, step, slot);
	/* Those that began and ended within the step. */
	freed += closes_count(pair, unit, step, slot);
	freed += take(&pair->freeing[step]);
	pair->held += attempts.taken - freed;
	slot->held_half_steps += pair->held;
	if (pair->held > pair->peak)
		pair->peak = pair->held;
	if (pair->held > slot->held_most)
		slot->held_most = pair->held;
}
