#include "strategies/core/registry.h"

#include "common/options.h"
#include "strategies/core/plugin.h"

#include <string.h>

/* Each file of strategies/ holds one table. */
#define STRATEGIES(X)                                                                              \
	X(graceful)                                                                                \
	X(server_close)                                                                            \
	X(reset)                                                                                   \
	X(tw_reuse)                                                                                \
	X(client_close)                                                                            \
	X(keep_alive)                                                                              \
	X(fin_on_data)                                                                             \
	X(half_close)                                                                              \
	X(simultaneous)                                                                            \
	X(fin_then_reset)                                                                          \
	X(reset_after_ack)                                                                         \
	X(delayed_close)                                                                           \
	X(adaptive_drain)                                                                          \
	X(reset_on_timeout)                                                                        \
	X(short_fin_wait2)                                                                         \
	X(tw_reuse_fast)                                                                           \
	X(bind_reuse)                                                                              \
	X(wide_ports)                                                                              \
	X(tw_cap)                                                                                  \
	X(client_reset)                                                                            \
	X(linger_block)

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

const struct td_strategy *registry_resolve(const char *argument, struct error *error)
{
	return plugin_is_path(argument) ? plugin_load(argument, error)
					: registry_find(argument, error);
}

const char *registry_argument(const struct td_strategy *strategy)
{
	const char *argument = plugin_argument(strategy);
	return argument ? argument : strategy->name;
}
