#include "bench/measure/load_flow.h"

#include <string.h>

enum td_who load_flow_proxy(const struct load_flow *flow)
{
	return flow->other_hop->hop > flow->network->hop ? TD_SERVER : TD_CLIENT;
}

bool load_flow_leads_to(const struct load_flow *flow, const uint32_t address[4], uint16_t port)
{
	uint32_t server[4] = {0};
	size_t size;
	const uint8_t *bytes = address_bytes(&flow->network->server_address, &size);
	memcpy(server, bytes, size);
	return flow->server_port == 0 ||
	       (port == flow->server_port && memcmp(address, server, sizeof(server)) == 0);
}

bool load_flow_has(const struct load_flow *flow, const uint32_t client[4], const uint32_t server[4],
	uint16_t server_port)
{
	return load_flow_leads_to(flow, server, server_port) &&
	       (flow->server_port == 0 || network_has_client_address(flow->network, client));
}
