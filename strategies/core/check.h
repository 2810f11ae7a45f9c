/* Refuses an incoherent strategy table, with the sentence that says why. */
#ifndef STRATEGIES_CORE_CHECK_H
#define STRATEGIES_CORE_CHECK_H

#include "common/error.h"
#include "teardown/strategy.h"

/* Returns 0, or -1 with the reason in `error`. */
int check_strategy(const struct td_strategy *strategy, struct error *error);

#endif
