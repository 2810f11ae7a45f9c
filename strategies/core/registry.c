#include "strategies/core/registry.h"

#include "common/options.h"

#include <string.h>

/* Each file of strategies/ holds one table. */
#define STRATEGIES(X)                                                                              \
	X(graceful)                                                                                \
	X(server_close)                                                                            \
	X(reset)                                                                                   \
	X(tw_reuse)                                                                                \
	X(client_close)                                                                            \
	X(keep_alive)

#define DECLARE(name) extern const struct td_strategy strategy_##name;
STRATEGIES(DECLARE)

#define ADDRESS(name) &strategy_##name,
const struct td_strategy *const registry_strategies[] = {STRATEGIES(ADDRESS)};
const size_t registry_count = sizeof(registry_strategies) / sizeof(registry_strategies[0]);

const struct td_strategy *registry_find(const char *name, struct error *error)
{
	const char *names[sizeof(registry_strategies) / sizeof(registry_strategies[0])];
	for (size_t i = 0; i < registry_count; i++) {
		if (strcmp(registry_strategies[i]->name, name) == 0)
			return registry_strategies[i];
		names[i] = registry_strategies[i]->name;
	}
	const char *near = options_nearest(name, names, registry_count);
	if (near)
		error_set(error, STATUS_USAGE, "unknown strategy \"%s\"; did you mean %s?", name,
			near);
	else
		error_set(error, STATUS_USAGE,
			"unknown strategy \"%s\"; `teardown list` names them all", name);
	return NULL;
}
