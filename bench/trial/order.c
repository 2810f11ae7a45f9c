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

struct order_entry *order_create(size_t rows, uint32_t repeat, uint64_t seed)
{
	struct order_entry *order = calloc(rows * repeat + 1, sizeof(*order));
	for (uint32_t r = 0; order && r < repeat; r++) {
		struct order_entry *round = &order[r * rows];
		for (size_t s = 0; s < rows; s++)
			round[s] = (struct order_entry){.row = s, .repeat = r + 1};
		round_shuffle(round, rows, &seed);
	}
	return order;
}
