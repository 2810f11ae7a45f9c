/* The list of built-in strategies, and how a strategy is named: by a name, or by a plug-in's path.
 */
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

/* Finds a built-in by name, or loads the plug-in of a path (strategies/core/plugin.h). The same
 * file named twice is the same table. Returns NULL with STATUS_USAGE and the reason. */
const struct td_strategy *registry_resolve(const char *argument, struct error *error);

/* What a child process must be given to resolve the same strategy: the name of a built-in; for a
 * plug-in the descriptor of what was loaded, which the child inherits. Lives as long as the
 * program. */
const char *registry_argument(const struct td_strategy *strategy);

#endif
