/* The list of built-in strategies, and the lookup of a strategy by its name or by a plug-in's path.
 */
#ifndef STRATEGIES_CORE_REGISTRY_H
#define STRATEGIES_CORE_REGISTRY_H

#include "teardown/strategy.h"

#include "common/error.h"

#include <stddef.h>

/* In the order of `teardown list`. */
extern const struct td_strategy *const registry_strategies[];
extern const size_t registry_count;

/* Finds a built-in by name. On failure returns NULL; the error names the nearest name. */
const struct td_strategy *registry_find(const char *name, struct error *error);

/* Finds a built-in by name, or loads the plug-in of a path (strategies/core/plugin.h). A file that
 * is named twice is loaded once. Returns NULL with STATUS_USAGE and the reason. */
const struct td_strategy *registry_resolve(const char *argument, struct error *error);

/* The argument with which a child process resolves the same strategy: the name of a built-in; for a
 * plug-in, the descriptor of the file that was loaded, which the child inherits. Lives as long as
 * the program. */
const char *registry_argument(const struct td_strategy *strategy);

#endif
