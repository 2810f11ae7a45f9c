#include "bench/measure/load_flow.h"

#include <string.h>

enum td_who load_flow_proxy(const struct load_flow *flow)
{
	return flow->other_hop->hop > flow->network->hop ? TD_SERVER : TD_CLIENT;
}

bool load_flow_leads_to(const struct load_flow *flow, const uint32_t address[4], uint16_t port)
{
	return flow->server_port == 0 ||
	       (port == flow->server_port && network_server_index(flow->network, address) >= 0);
}

void load_flow_pair(const struct load_flow *flow, const uint32_t client[4],
	const uint32_t server[4], uint32_t pair[4])
{
	memmove(pair, client, 4 * sizeof(*pair));
	if (flow->server_port == 0 || flow->network->server_addresses <= 1)
		return;
	if (network_family(flow->network) != AF_INET6) {
		pair[3] = server[0];
		return;
	}
	/* All addresses of a trial have the same first and third word (addresses.c). */
	pair[0] = server[1];
	pair[2] = server[3];
}

bool load_flow_has(const struct load_flow *flow, const uint32_t client[4], const uint32_t server[4],
	uint16_t server_port)
{
	return load_flow_leads_to(flow, server, server_port) &&
	       (flow->server_port == 0 || network_has_client_address(flow->network, client));
}
