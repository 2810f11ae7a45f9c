/* The exact machine: each event at its time, none rounded to a step. It needs some 30 times as long
 * as the counters, which are held against it. */
#include "bench/plan/simulate/event_heap.h"
#include "bench/plan/simulate/lifetime.h"
#include "bench/plan/simulate/machine.h"

#include "common/random.h"

#include <math.h>
#include <stdlib.h>

struct exact_pair {
	double gap_s; /* between arrivals, on average */
	uint64_t held, peak;
	uint64_t slot_peak;          /* since the slot began */
	double held_since_s, held_s; /* ports x time since the slot began */
	double first_refused_s;
};

struct exact {
	const struct simulation *simulation;
	struct exact_pair *pairs;
	struct event_heap heap;
	struct simulation_tally *tally;
	struct simulation_tally_slot *slot; /* the one that is played */
	uint64_t random, time_waits;
	double tick_phase_s;
};

static int later(
	struct exact *exact, double at_s, uint32_t pair, enum event_kind kind, uint16_t before)
{
	/* What lies behind the end is not kept. */
	if (at_s > exact->simulation->steps * exact->simulation->step_s)
		return 0;
	return event_heap_add(&exact->heap, (struct event){at_s, pair, (uint16_t)kind, before});
}

static void held_change(struct exact_pair *pair, double at_s, int64_t by)
{
	pair->held_s += (double)pair->held * (at_s - pair->held_since_s);
	pair->held_since_s = at_s;
	pair->held += (uint64_t)by;
	if (pair->held > pair->slot_peak)
		pair->slot_peak = pair->held;
	if (pair->held > pair->peak)
		pair->peak = pair->held;
}

static int try_again(struct exact *exact, const struct event *event)
{
	const struct simulation_input *input = exact->simulation->input;
	if (event->before >= input->retries) {
		exact->slot->given_up++;
		return 0;
	}
	double delay = ldexp(input->retry_after_s, event->before);
	if (input->is_jittered)
		delay *= random_share(&exact->random);
	return later(exact, event->at_s + delay, event->pair, EVENT_RETRY, event->before + 1);
}

static int attempt(struct exact *exact, const struct event *event)
{
	const struct simulation_input *input = exact->simulation->input;
	struct exact_pair *pair = &exact->pairs[event->pair];
	exact->slot->attempted++;
	exact->slot->retried += event->before > 0;
	exact->slot->slow += 2 * pair->held > input->ports;
	if (pair->held == input->ports) {
		exact->slot->refused++;
		pair->first_refused_s = fmin(pair->first_refused_s, event->at_s);
		return try_again(exact, event);
	}
	held_change(pair, event->at_s, 1);
	if (simulation_is_out(input, event->at_s))
		return later(exact, event->at_s + input->connect_timeout_s, event->pair,
			EVENT_FAILURE, event->before);
	return later(exact, event->at_s + lifetime_draw(input, &exact->random), event->pair,
		EVENT_CLOSE, 0);
}

static int arrival(struct exact *exact, const struct event *event)
{
	const struct simulation_input *input = exact->simulation->input;
	double gap = exact->pairs[event->pair].gap_s;
	uint32_t attempts = input->arrivals == SIMULATION_BURSTS ? input->burst : 1;
	for (uint32_t i = 0; i < attempts; i++)
		if (attempt(exact, event) == -1)
			return -1;
	if (input->arrivals != SIMULATION_FIXED)
		gap *= -log(random_share(&exact->random));
	return later(exact, event->at_s + gap, event->pair, EVENT_ARRIVAL, 0);
}

static int close_one(struct exact *exact, const struct event *event)
{
	const struct simulation_input *input = exact->simulation->input;
	double ends_s = event->at_s + input->hold_s;
	if (input->tick_s <= 0)
		return later(exact, ends_s, event->pair, EVENT_FREE, 0);
	if (exact->simulation->is_capped && exact->time_waits >= input->cap) {
		exact->slot->skipped++;
		return later(exact, event->at_s, event->pair, EVENT_FREE, 0);
	}
	exact->time_waits++;
	double ticks = ceil((ends_s - exact->tick_phase_s) / input->tick_s);
	return later(
		exact, ticks * input->tick_s + exact->tick_phase_s, event->pair, EVENT_TIME_OUT, 0);
}

static int event_play(struct exact *exact, const struct event *event)
{
	struct exact_pair *pair = &exact->pairs[event->pair];
	switch ((enum event_kind)event->kind) {
	case EVENT_ARRIVAL:
		return arrival(exact, event);
	case EVENT_RETRY:
		return attempt(exact, event);
	case EVENT_FAILURE:
		exact->slot->failed++;
		held_change(pair, event->at_s, -1);
		return try_again(exact, event);
	case EVENT_CLOSE:
		return close_one(exact, event);
	case EVENT_TIME_OUT:
		exact->time_waits--;
		break;
	case EVENT_FREE:
		break;
	}
	held_change(pair, event->at_s, -1);
	return 0;
}

static int unit_begin(struct exact *exact, uint64_t number)
{
	const struct simulation *simulation = exact->simulation;
	const struct simulation_input *input = simulation->input;
	uint32_t attempts = input->arrivals == SIMULATION_BURSTS ? input->burst : 1;
	exact->random = simulation_random(simulation, number);
	exact->heap.count = 0;
	exact->time_waits = 0;
	exact->tick_phase_s = input->tick_s * random_share(&exact->random);
	for (uint32_t i = 0; i < simulation->pairs_of_unit; i++) {
		uint64_t rank = simulation_rank(simulation, number, i);
		double gap = attempts / simulation_rate_of_rank(simulation, rank);
		double share = random_share(&exact->random);
		exact->pairs[i] = (struct exact_pair){.gap_s = gap, .first_refused_s = INFINITY};
		double first = input->arrivals == SIMULATION_FIXED ? share : -log(share);
		if (later(exact, first * gap, i, EVENT_ARRIVAL, 0) == -1)
			return -1;
	}
	return 0;
}

static void slot_end(struct exact *exact, double at_s)
{
	for (uint32_t i = 0; i < exact->simulation->pairs_of_unit; i++) {
		struct exact_pair *pair = &exact->pairs[i];
		held_change(pair, at_s, 0);
		exact->slot->held[simulation_tally_bin(exact->tally, pair->held)]++;
		exact->slot->held_half_steps +=
			(uint64_t)llround(2 * pair->held_s / exact->simulation->step_s);
		if (pair->slot_peak > exact->slot->held_most)
			exact->slot->held_most = pair->slot_peak;
		pair->held_s = 0;
		pair->slot_peak = pair->held;
	}
}

static int exact_play(void *state, uint64_t number, struct simulation_tally *tally)
{
	struct exact *exact = state;
	const struct simulation *simulation = exact->simulation;
	exact->tally = tally;
	if (unit_begin(exact, number) == -1)
		return -1;
	for (uint32_t i = 0; i < SIMULATION_SLOTS; i++) {
		double end_s = simulation_slot_begin(simulation, i + 1) * simulation->step_s;
		exact->slot = &tally->slot[i];
		while (exact->heap.count > 0 && exact->heap.events[0].at_s < end_s) {
			struct event event = event_heap_take(&exact->heap);
			if (event_play(exact, &event) == -1)
				return -1;
		}
		slot_end(exact, end_s);
	}
	for (uint32_t i = 0; i < simulation->pairs_of_unit; i++)
		simulation_tally_pair(tally, exact->pairs[i].peak, exact->pairs[i].first_refused_s);
	return 0;
}

static void exact_destroy(void *state)
{
	struct exact *exact = state;
	if (!exact)
		return;
	event_heap_finish(&exact->heap);
	free(exact->pairs);
	free(exact);
}

static void *exact_create(const struct simulation *simulation)
{
	struct exact *exact = calloc(1, sizeof(*exact));
	if (!exact)
		return NULL;
	exact->simulation = simulation;
	exact->pairs = calloc(simulation->pairs_of_unit, sizeof(*exact->pairs));
	if (exact->pairs)
		return exact;
	exact_destroy(exact);
	return NULL;
}

const struct machine machine_exact = {
	.create = exact_create, .play = exact_play, .destroy = exact_destroy};
