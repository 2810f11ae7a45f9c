/* The comment at the top of each built-in strategy's file: its segments as a ladder, and what is
 * said of them. Made by embed_ladders.py when the program is built; a test plays each strategy and
 * holds the ladder against its packets. */
#ifndef STRATEGIES_CORE_LADDERS_H
#define STRATEGIES_CORE_LADDERS_H

struct strategy_ladder {
	const char *name; /* NULL behind the last */
	const char *text; /* lines */
};

extern const struct strategy_ladder strategy_ladders[];

/* NULL: it is no built-in. */
const char *strategy_ladder_of(const char *name);

#endif
