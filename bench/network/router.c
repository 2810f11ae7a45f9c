#include "bench/network/router.h"

#include "bench/network/addresses.h"
#include "bench/network/link.h"
#include "bench/network/netns.h"
#include "common/sysctl.h"

#include <stddef.h>

/* The host's own values may be inherited. Replies to the NAT's address come by the link that the
 * route to the server leads to, so nothing has to be left out of a source check; it is off so that
 * a strict default of the host decides nothing. */
static const struct {
	const char *name, *value;
} settings[] = {
	{"net.ipv4.ip_forward", "1"},
	{"net.ipv4.conf.all.rp_filter", "0"},
	{"net.ipv4.conf.default.rp_filter", "0"},
};

int router_prepare(struct error *error)
{
	if (netns_prove_private(error) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (sysctl_write(settings[i].name, settings[i].value) == -1)
			return error_set_errno(error, STATUS_HOST_CANNOT, "cannot set %s=%s",
				settings[i].name, settings[i].value);
	return 0;
}

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
