/* The requirements of a strategy: reads sysctls and compares, never writes. */
#ifndef STRATEGIES_CORE_REQUIREMENT_H
#define STRATEGIES_CORE_REQUIREMENT_H

#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

/* Checks every requirement of `end`. Returns 0; or -1 with the first one that does not hold, the
 * value found and the value needed. */
int requirement_verify(const struct td_strategy *strategy, enum td_who end, struct error *error);

/* Whether that value of the setting gives what the requirement asks for. */
bool requirement_is_met(const struct td_requirement *need, const char *value);

#endif
