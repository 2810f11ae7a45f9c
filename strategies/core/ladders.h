/* The comment at the top of each built-in strategy's file, and of each client behaviour's: its
 * segments as a ladder, and what is said of them. Made by embed_ladders.py when the program is
 * built; a test plays each strategy and holds the ladder against its packets. */
#ifndef STRATEGIES_CORE_LADDERS_H
#define STRATEGIES_CORE_LADDERS_H

struct named_ladder {
	const char *name; /* NULL behind the last */
	const char *text; /* lines */
};

extern const struct named_ladder strategy_ladders[];
extern const struct named_ladder client_ladders[]; /* of the bench alone */

/* NULL: it is not in the list; of strategies, no built-in. */
const char *ladder_of(const struct named_ladder *list, const char *name);

#endif
