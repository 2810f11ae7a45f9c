/* The list of built-in strategies. */
#ifndef STRATEGIES_CORE_REGISTRY_H
#define STRATEGIES_CORE_REGISTRY_H

#include "teardown/strategy.h"

#include "common/error.h"

#include <stddef.h>

/* In the order in which they are listed. */
extern const struct td_strategy *const registry_strategies[];
extern const size_t registry_count;

/* Finds by name. On failure returns NULL and names the nearest one. */
const struct td_strategy *registry_find(const char *name, struct error *error);

#endif
