#include "bench/trial/shared_hosts.h"

#include "bench/network/ports_outside.h"
#include "bench/options/agent_options.h"
#include "strategies/core/requirement.h"

#include <stdlib.h>
#include <string.h>

static int server_ask(struct agent_link *link, struct shared_hosts *hosts,
	const struct run_options *options, const volatile bool *interrupted, struct error *error)
{
	if (agent_link_open(link, options->agent_argv, interrupted, error) == -1 ||
		agent_link_join(link, &hosts->network, NULL, error) == -1)
		return -1;
	hosts->server = link->host;
	return agent_link_ask(link, &(struct agent_request){.word = AGENT_CLOSE}, error);
}

int shared_hosts_ask(struct shared_hosts *hosts, const struct run_options *options,
	const volatile bool *interrupted, struct error *error)
{
	const struct network_spec spec = {.shared_server = &options->server_at,
		.has_isolated_server = agent_options_are_isolated(options)};
	if (network_create(&hosts->network, &spec, error) == -1)
		return -1;
	struct agent_link *link = calloc(1, sizeof(*link));
	if (!link)
		return error_set(error, STATUS_FAILED, "no memory for an agent");
	link->fd = -1;
	int result = server_ask(link, hosts, options, interrupted, error);
	agent_link_close(link);
	free(link);
	return result;
}

static const char *setting_of(const struct network *network, enum td_who end, const char *name)
{
	for (size_t i = 0; i < network->setting_count; i++)
		if (network->settings[i].end == end && strcmp(network->settings[i].name, name) == 0)
			return network->settings[i].value;
	return NULL;
}

static int ports_check(
	const struct network *network, const struct td_strategy *strategy, struct error *error)
{
	uint16_t low, high;
	network_port_range(network, &low, &high);
	if (strategy->source_port != TD_PORT_BIND || ports_outside(&low, &high))
		return 0;
	return error_set(error, STATUS_HOST_CANNOT,
		"the client binds its ports itself, and there are too few outside of this host's "
		"net.ipv4.ip_local_port_range (%u-%u), where connections of others have none",
		low, high);
}

int shared_hosts_check(
	const struct shared_hosts *hosts, const struct td_strategy *strategy, struct error *error)
{
	const struct td_requirement *need = strategy->requirements;
	for (; need < strategy->requirements + TD_REQUIREMENTS_MAX && need->sysctl; need++) {
		const char *value = setting_of(&hosts->network, need->end, need->sysctl);
		if (value && (requirement_is_met(need, value) ||
				     (need->end == TD_SERVER && hosts->server.applies)))
			continue;
		return error_set(error, STATUS_HOST_CANNOT,
			"it requires %s = %s on the %s's host, which has %s, and nothing is set "
			"there%s",
			need->sysctl, need->value, need->end == TD_SERVER ? "server" : "client",
			value ? value : "no such setting",
			need->end == TD_SERVER ? " without the agent's own --apply" : "");
	}
	return ports_check(&hosts->network, strategy, error);
}
