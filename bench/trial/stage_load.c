#include "bench/trial/stage_load.h"

#include "bench/load/third_party.h"

static int builtin_create(struct load *load, struct request *request,
	const struct stage_load_spec *spec, const struct network *network, struct error *error)
{
	struct builtin_loader_spec own = spec->loader;
	if (request_create(request, &spec->request, network, own.server_port, error) == -1)
		return -1;
	own.network = network;
	network_port_range(network, &own.port_low, &own.port_high);
	own.request = request->plain;
	own.last_request = request->last;
	struct builtin_loader *loader = builtin_loader_create(&own, error);
	if (!loader)
		return -1;
	*load = load_builtin(loader);
	return 0;
}

int stage_load_create(struct load *load, struct request *request,
	const struct stage_load_spec *spec, const struct network *network, struct error *error)
{
	struct command command;
	if (!spec->command.create)
		return builtin_create(load, request, spec, network, error);
	if (spec->command.create(
		    spec->command.argument, &network->server_address, &command, error) == -1)
		return -1;
	return third_party_create(load, network->client_netns, &command, error);
}
