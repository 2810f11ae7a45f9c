#include "bench/plan/simulate/attempts.h"

#include "common/random.h"

#include <math.h>

/* The events of a step in their order: bursts of attempts, and ports that become free. */
struct order {
	uint64_t freed;                              /* left, at random places */
	uint64_t bursts[SIMULATION_RETRIES_MAX + 1]; /* left, the same */
	uint64_t events;                             /* of these, all together */
	uint64_t even; /* first attempts of SIMULATION_FIXED: at even distances */
	double even_at, gap,
		at; /* of the next of them, between two, of the last event: of a step */
};

uint32_t attempts_burst(const struct simulation_input *input, uint32_t before)
{
	if (input->arrivals != SIMULATION_BURSTS || (before > 0 && input->is_jittered))
		return 1;
	return input->burst;
}

void attempts_accept_all(struct attempts *attempts, uint32_t retries)
{
	for (uint32_t before = 0; before <= retries; before++) {
		attempts->accepted[before] = attempts->left[before];
		attempts->refused[before] = 0;
	}
	attempts->taken = attempts->all;
}

static void order_init(struct order *order, const struct attempts *attempts,
	const struct simulation_input *input, uint64_t freed, double phase)
{
	bool is_fixed = input->arrivals == SIMULATION_FIXED;
	*order = (struct order){.freed = freed, .events = freed};
	if (is_fixed) {
		order->even = attempts->left[0];
		order->gap = 1 / ((double)order->even + 1);
		order->even_at = order->gap * phase;
	}
	for (uint32_t before = is_fixed ? 1 : 0; before <= input->retries; before++) {
		uint32_t burst = attempts_burst(input, before);
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

void attempts_interleave(struct attempts *attempts, const struct simulation_input *input,
	uint64_t held, uint64_t freed, double phase, uint64_t *random)
{
	uint64_t left = attempts->all;
	struct order order;
	for (uint32_t before = 0; before <= input->retries; before++)
		attempts->accepted[before] = attempts->refused[before] = 0;
	order_init(&order, attempts, input, freed, phase);
	while (left > 0) {
		int next = order_next(&order, random);
		if (next == PORT_FREED) {
			held--;
			continue;
		}
		uint64_t wanted = attempts_burst(input, (uint32_t)next), room = input->ports - held;
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
