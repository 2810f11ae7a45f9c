/* What may happen in the life of a connection, as an owner may legally lead it: by chance. */
#ifndef UNIT_STRATEGIES_CORE_LIFE_EVENTS_H
#define UNIT_STRATEGIES_CORE_LIFE_EVENTS_H

#include "teardown/strategy.h"

#include <stdbool.h>

/* Begins the life of a connection of `life.table`. Returns false when the strategy's `configure`
 * met a kernel that refuses: it has ended. */
bool life_begin(enum td_who who);

/* One event; none on a connection that has ended. */
void life_event(void);

/* Left alone, a connection ends by its deadline, which nothing moves but what is still to be read.
 */
void life_end(void);

#endif
