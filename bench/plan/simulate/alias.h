/* Draws from a discrete distribution with one random number and one look at a table, however long
 * it is: Walker's alias method, as built by Vose, "A Linear Algorithm For Generating Random Numbers
 * With a Given Distribution", 1991. */
#ifndef BENCH_PLAN_SIMULATE_ALIAS_H
#define BENCH_PLAN_SIMULATE_ALIAS_H

#include <stddef.h>
#include <stdint.h>

struct alias_cell {
	uint32_t limit; /* of 2^32: below it, the cell's own value is drawn */
	uint32_t other; /* drawn else */
};

struct alias {
	uint64_t first; /* what cell 0 stands for */
	uint64_t count;
	struct alias_cell *cells;
};

/* The values first, first + 1, … with these weights, which need not add up to 1. Returns 0, or -1
 * when there is no memory; then `alias` may be finished all the same. */
int alias_init(struct alias *alias, uint64_t first, const double *weights, size_t count);
void alias_finish(struct alias *alias);

/* A Poisson distribution, cut where less than 1e-12 is left. Returns as alias_init() does. */
int alias_init_poisson(struct alias *alias, double mean);

static inline uint64_t alias_draw(const struct alias *alias, uint64_t random)
{
	uint64_t cell = (random >> 32) * alias->count >> 32;
	const struct alias_cell *at = &alias->cells[cell];
	/* Without a branch, that nothing could foretell. */
	uint64_t own = -(uint64_t)((uint32_t)random < at->limit);
	return alias->first + (at->other ^ ((at->other ^ cell) & own));
}

#endif
