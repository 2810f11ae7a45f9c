#include "bench/options/asked_load.h"

#include "bench/options/client_end.h"
#include "bench/options/clients.h"
#include "strategies/core/defaults.h"

#include <stdlib.h>
#include <string.h>

uint32_t asked_requests_per_connection(
	const struct run_options *options, const struct td_strategy *strategy)
{
	uint64_t asked = options->requests_per_connection;
	uint32_t own = strategy_exchanges(strategy), of_clients = clients_exchanges(options);
	return asked ? (uint32_t)asked : own > of_clients ? own : of_clients;
}

const struct td_strategy *asked_client(
	const struct run_options *options, const struct td_strategy *strategy)
{
	return options->proxy_command ? &client_end_alone : strategy;
}

uint32_t asked_requests_of_client(
	const struct run_options *options, const struct td_strategy *strategy)
{
	return asked_requests_per_connection(options, asked_client(options, strategy));
}

uint64_t asked_response_bytes(const struct run_options *options)
{
	static const char sized[] = "/bytes/";
	if (options->server_command || options->expected.low >= 300)
		return 0;
	if (strncmp(options->path, sized, strlen(sized)) == 0)
		return strtoull(options->path + strlen(sized), NULL, 10);
	return options->response_bytes;
}
