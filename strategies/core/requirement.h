/* What a strategy needs of a host: reads and compares, never writes. */
#ifndef STRATEGIES_CORE_REQUIREMENT_H
#define STRATEGIES_CORE_REQUIREMENT_H

#include "common/error.h"
#include "teardown/strategy.h"

#include <stddef.h>

/* Reads a sysctl of the calling thread's network namespace, without the newline, runs of white
 * space as one space. Returns 0, or -1 with errno. */
int requirement_read(const char *sysctl, char *value, size_t size);

/* Whether every requirement of `end` holds here. Returns 0, or -1 with the first that does not, the
 * value found and the value needed. */
int requirement_verify(const struct td_strategy *strategy, enum td_who end, struct error *error);

#endif
