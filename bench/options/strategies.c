#include "bench/options/strategies.h"

#include "bench/options/client_end.h"
#include "bench/options/third_party.h"
#include "strategies/core/registry.h"
#include "strategies/core/requirement.h"

#include <stdlib.h>
#include <string.h>

#define ALL "all"

/* Strategies with a warning have to be named. */
static void all_choose(struct run_options *options)
{
	for (size_t i = 0; i < registry_count; i++)
		if (!registry_strategies[i]->warning)
			options->chosen[options->chosen_count++] = registry_strategies[i];
}

static bool is_chosen(const struct run_options *options, const char *name)
{
	for (size_t i = 0; i < options->chosen_count; i++)
		if (strcmp(options->chosen[i]->name, name) == 0)
			return true;
	return false;
}

static int name_choose(struct run_options *options, const char *name, struct error *error)
{
	if (*name == '\0')
		return error_set(error, STATUS_USAGE,
			"--strategies '%s': the name of a strategy is empty", options->strategies);
	if (strcmp(name, ALL) == 0)
		return error_set(error, STATUS_USAGE, "--strategies '%s': \"all\" stands alone",
			options->strategies);
	const struct td_strategy *strategy = registry_resolve(name, error);
	if (!strategy)
		return -1;
	if (is_chosen(options, strategy->name))
		return error_set(error, STATUS_USAGE,
			"--strategies '%s': %s is there twice; run --repeat makes more trials of "
			"it",
			options->strategies, strategy->name);
	if (options->chosen_count == RUN_STRATEGIES_MAX)
		return error_set(
			error, STATUS_USAGE, "--strategies names more than %d", RUN_STRATEGIES_MAX);
	options->chosen[options->chosen_count++] = strategy;
	return 0;
}

int strategies_choose(struct run_options *options, struct error *error)
{
	if (options->server_command) {
		options->chosen[options->chosen_count++] = &client_end_alone;
		return 0;
	}
	if (strcmp(options->strategies, ALL) == 0) {
		all_choose(options);
		return 0;
	}
	char *names = strdup(options->strategies), *rest = names;
	int result = names ? 0 : error_set(error, STATUS_FAILED, "no memory");
	for (char *name; result == 0 && (name = options_next_name(&rest));)
		result = name_choose(options, name, error);
	free(names);
	return result;
}

int strategies_check_settings(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error)
{
	const struct td_requirement *need = strategy->requirements;
	for (; need < strategy->requirements + TD_REQUIREMENTS_MAX && need->sysctl; need++)
		for (size_t i = 0; i < options->sysctls.count; i++) {
			const struct network_setting *asked = &options->settings[i];
			if (asked->end == need->end && strcmp(asked->name, need->sysctl) == 0 &&
				!requirement_is_met(need, asked->value))
				return error_set(error, STATUS_USAGE,
					"--sysctl %s: %s requires %s there, because %s",
					options->sysctls.items[i], strategy->name, need->value,
					need->why);
		}
	return 0;
}

int strategies_check_loader(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error)
{
	char how[THIRD_PARTY_HOW_SIZE];
	if (options->server_command || strategy->first_closer != TD_CLIENT ||
		!third_party_keeps_alive(options, how))
		return 0;
	return error_set(error, STATUS_USAGE,
		"%s leaves the close to its client, and %s keeps its connections alive: %s",
		strategy->name,
		third_party_load_is_wrk(options) ? "--loader wrk" : "--loader-command", how);
}

bool strategies_are_named(const struct run_options *options)
{
	return options->server_command ||
	       (options->strategies_given && strcmp(options->strategies, ALL) != 0);
}

int strategies_refuse_operands(const struct option_operands *operands, struct error *error)
{
	if (operands->count == 0)
		return 0;
	const char *first = operands->items[0];
	if (strcmp(first, ALL) == 0 || registry_find(first, NULL) || strchr(first, ',') != NULL)
		return error_set(error, STATUS_USAGE,
			"unexpected argument \"%s\": strategies are named by -s: teardown run -s "
			"%s",
			first, first);
	return error_set(error, STATUS_USAGE,
		"unexpected argument \"%s\": strategies are named by -s, a server by "
		"--server-command",
		first);
}
