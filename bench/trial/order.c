#include "bench/trial/order.h"

#include "common/random.h"

#include <stdlib.h>

static void round_shuffle(struct plan_entry *round, size_t count, uint64_t *state)
{
	for (size_t left = count; left > 1; left--) {
		size_t other = random_next(state) % left;
		struct plan_entry swapped = round[left - 1];
		round[left - 1] = round[other];
		round[other] = swapped;
	}
}

struct plan_entry *plan_create(size_t strategies, uint32_t repeat, uint64_t seed)
{
	struct plan_entry *plan = calloc(strategies * repeat + 1, sizeof(*plan));
	for (uint32_t r = 0; plan && r < repeat; r++) {
		struct plan_entry *round = &plan[r * strategies];
		for (size_t s = 0; s < strategies; s++)
			round[s] = (struct plan_entry){.strategy = s, .repeat = r + 1};
		round_shuffle(round, strategies, &seed);
	}
	return plan;
}
