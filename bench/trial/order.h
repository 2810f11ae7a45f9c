/* The order of a run: which trial follows which. Trials of the rows are interleaved, so that
 * a machine that slows down slows all of them: each round holds every row once, in an order of
 * its own. */
#ifndef BENCH_TRIAL_ORDER_H
#define BENCH_TRIAL_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct order_entry {
	size_t row;      /* run_row_at */
	uint32_t repeat; /* from 1 */
};

/* Returns rows × repeat entries, to be freed by the caller; NULL when there is no memory. The
 * same seed gives the same order, everywhere. */
struct order_entry *order_create(size_t rows, uint32_t repeat, uint64_t seed);

#endif
