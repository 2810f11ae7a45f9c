#include "bench/measure/load_flow.h"

bool load_flow_has(const struct load_flow *flow, struct in_addr client, struct in_addr server,
	uint16_t server_port)
{
	const struct sockaddr_in *address =
		(const struct sockaddr_in *)address_sockaddr(&flow->network->server_address);
	return flow->server_port == 0 ||
	       (server_port == flow->server_port && server.s_addr == address->sin_addr.s_addr &&
		       network_has_client_address(flow->network, client));
}
