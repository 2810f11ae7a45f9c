#include "bench/trial/order.h"

#include "common/random.h"

#include <stdlib.h>

static void round_shuffle(struct order_entry *round, size_t count, uint64_t *state)
{
	for (size_t left = count; left > 1; left--) {
		size_t other = random_next(state) % left;
		struct order_entry swapped = round[left - 1];
		round[left - 1] = round[other];
		round[other] = swapped;
	}
}

struct order_entry *order_create(size_t strategies, uint32_t repeat, uint64_t seed)
{
	struct order_entry *order = calloc(strategies * repeat + 1, sizeof(*order));
	for (uint32_t r = 0; order && r < repeat; r++) {
		struct order_entry *round = &order[r * strategies];
		for (size_t s = 0; s < strategies; s++)
			round[s] = (struct order_entry){.strategy = s, .repeat = r + 1};
		round_shuffle(round, strategies, &seed);
	}
	return order;
}
