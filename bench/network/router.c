#include "bench/network/router.h"

#include "bench/network/addresses.h"
#include "bench/network/link.h"

static void neighbour_add(struct netlink *netlink, unsigned ifindex, const struct address *address)
{
	uint8_t mac[NETLINK_MAC_BYTES];
	link_address(mac, address);
	netlink_add_route(netlink, ifindex, address, addresses_alone_prefix(AF_INET), NULL);
	netlink_add_neighbour(netlink, ifindex, address, mac);
}

void router_set_up(const struct network *network, struct netlink *netlink)
{
	uint8_t prefix;
	const struct address nat = network_nat_address(),
			     client = network_client_address(network, 0),
			     others = network_other_client_addresses(network, &prefix);
	netlink_add_address(
		netlink, network->middle_server_ifindex, &nat, addresses_alone_prefix(AF_INET));
	neighbour_add(netlink, network->middle_server_ifindex, &network->server_address);
	neighbour_add(netlink, network->middle_client_ifindex, &client);
	netlink_add_route(netlink, network->middle_client_ifindex, &others, prefix, &client);
}
