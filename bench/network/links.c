#include "bench/network/links.h"

#include "bench/network/addresses.h"
#include "bench/network/link.h"
#include "bench/network/netlink.h"
#include "bench/network/netns.h"
#include "bench/network/offload.h"
#include "bench/network/router.h"
#include "bench/network/settings.h"
#include "common/sysctl.h"

#define LOOPBACK_IFINDEX 1

struct job {
	struct network *network;
	const struct network_spec *spec;
};

/* Links that are born in the calling thread's namespace from now on have no address of their own
 * making (net/ipv6/addrconf.c, addrconf_addr_gen): the kernel sends no frames of Neighbor and
 * Listener Discovery, which a wire would have to carry. */
static int links_keep_silent(const struct network *network, struct error *error)
{
	if (network->middle_netns == -1 && network_family(network) != AF_INET6)
		return 0;
	if (netns_prove_private(error) == -1)
		return -1;
	/* A kernel without IPv6 has no such setting, and no such frames. */
	sysctl_write("net.ipv6.conf.default.addr_gen_mode", "1");
	return 0;
}

static bool has_wire(const struct network *network)
{
	return network->middle_netns != -1 && !network->has_nat;
}

/* What a wire relays are frames as a link has them. A NAT forwards them as any host does. */
static int offload_disable_for_wire(
	const struct network *network, const char *name, struct error *error)
{
	return has_wire(network) ? offload_disable(name, error) : 0;
}

/* Of the link that leads to `beyond`. Over a wire no frame is addressed to the middle's links, so
 * that the middle's IP drops it as another host's (net/ipv4/ip_input.c, ip_rcv_core()), and does
 * not look for a socket and a route first. */
static void peer_address(
	const struct network *network, uint8_t mac[NETLINK_MAC_BYTES], const struct address *beyond)
{
	link_address(mac, beyond);
	if (has_wire(network))
		mac[1] = 1;
}

/* Over a wire an end's IPv6 address is its loopback's: the kernel joins a group of an address that
 * a link has (RFC 4861, 7.2.1), and reports that in frames of its own, which would be on their way
 * beside the connection's. */
static bool is_of_loopback(const struct network *network)
{
	return has_wire(network) && network_family(network) == AF_INET6;
}

static void address_add(const struct network *network, struct netlink *netlink, unsigned ifindex,
	const struct address *address, uint8_t prefix)
{
	if (is_of_loopback(network))
		netlink_add_address(
			netlink, LOOPBACK_IFINDEX, address, addresses_alone_prefix(AF_INET6));
	else
		netlink_add_address(netlink, ifindex, address, prefix);
}

/* The way to the other end, which an address of the link would have brought. */
static void peer_route_add(const struct network *network, struct netlink *netlink, unsigned ifindex,
	const struct address *peer)
{
	if (is_of_loopback(network))
		netlink_add_route(netlink, ifindex, peer, addresses_alone_prefix(AF_INET6), NULL);
}

/* The server's end, and the pair itself: the client's end is born in the client's namespace. */
static int server_set_up(void *argument, struct error *error)
{
	struct network *network = ((struct job *)argument)->network;
	const struct address server = network->server_address,
			     client = network_client_address(network, 0);
	if (settings_apply(network, TD_SERVER, ((struct job *)argument)->spec, error) == -1 ||
		links_keep_silent(network, error) == -1)
		return -1;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	struct netlink_veth veth = {
		LINK_OF_SERVER, LINK_OF_CLIENT, network->client_netns, {0}, {0}};
	if (network->middle_netns != -1) {
		veth.peer_name = LINK_TO_SERVER;
		veth.peer_netns = network->middle_netns;
	}
	link_address(veth.mac, &server);
	peer_address(network, veth.peer_mac, &client);
	netlink_set_up(netlink, LOOPBACK_IFINDEX);
	netlink_add_veth(netlink, &veth);
	int result = netlink_commit(netlink, "make a pair of veth links", error);
	if (result == 0)
		result = link_find(LINK_OF_SERVER, &network->server_ifindex, error);
	if (result == 0)
		result = offload_disable_for_wire(network, LINK_OF_SERVER, error);
	if (result == 0) {
		address_add(network, netlink, network->server_ifindex, &server,
			addresses_link_prefix(network_family(network)));
		for (uint32_t i = 1; i < network->server_addresses; i++) {
			const struct address other = network_server_address_at(network, i);
			address_add(network, netlink, network->server_ifindex, &other,
				addresses_alone_prefix(network_family(network)));
		}
		netlink_set_up(netlink, network->server_ifindex);
		result = netlink_commit(netlink, "set up the server's link", error);
	}
	netlink_destroy(netlink);
	return result;
}

/* The pair of which the other link lies in the middle. */
static int client_add_pair(
	const struct network *network, struct netlink *netlink, struct error *error)
{
	struct netlink_veth veth = {
		LINK_OF_CLIENT, LINK_TO_CLIENT, network->middle_netns, {0}, {0}};
	const struct address server = network->server_address,
			     client = network_client_address(network, 0);
	link_address(veth.mac, &client);
	peer_address(network, veth.peer_mac, &server);
	netlink_add_veth(netlink, &veth);
	return netlink_commit(netlink, "make a pair of veth links", error) == -1
		       ? -1
		       : offload_disable_for_wire(network, LINK_OF_CLIENT, error);
}

/* Of IPv6 all but the first are one local route, and settings.c lets them be bound. */
static void client_addresses_add(const struct network *network, struct netlink *netlink)
{
	int family = network_family(network);
	unsigned ifindex = network->client_ifindex;
	const struct address first = network_client_address(network, 0);
	address_add(network, netlink, ifindex, &first, addresses_link_prefix(family));
	for (uint32_t i = 1; i < network->client_addresses && family == AF_INET; i++) {
		const struct address address = network_client_address(network, i);
		netlink_add_address(netlink, ifindex, &address, addresses_alone_prefix(family));
	}
}

static int client_set_up(void *argument, struct error *error)
{
	struct network *network = ((struct job *)argument)->network;
	if (settings_apply(network, TD_CLIENT, ((struct job *)argument)->spec, error) == -1 ||
		links_keep_silent(network, error) == -1)
		return -1;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	if ((network->middle_netns != -1 && client_add_pair(network, netlink, error) == -1) ||
		link_find(LINK_OF_CLIENT, &network->client_ifindex, error) == -1) {
		netlink_destroy(netlink);
		return -1;
	}
	unsigned ifindex = network->client_ifindex;
	uint8_t mac[NETLINK_MAC_BYTES];
	link_address(mac, &network->server_address);
	netlink_set_up(netlink, LOOPBACK_IFINDEX);
	client_addresses_add(network, netlink);
	const struct address beside = network_beside_address(network);
	if (((struct job *)argument)->spec->has_beside_address)
		address_add(network, netlink, ifindex, &beside,
			addresses_alone_prefix(network_family(network)));
	netlink_set_up(netlink, ifindex);
	netlink_add_neighbour(netlink, ifindex, &network->server_address, mac);
	int result = netlink_commit(netlink, "set up the client's link", error);
	netlink_destroy(netlink);
	return result;
}

/* Before the ends make the links that reach into it. */
static int middle_prepare(void *argument, struct error *error)
{
	const struct job *job = argument;
	if (links_keep_silent(job->network, error) == -1)
		return -1;
	return job->spec->has_nat ? settings_apply(job->network, TD_NONE, job->spec, error) : 0;
}

/* Of a wire the middle has links and no address: no frame but those of the ends goes there. */
static int middle_set_up(void *argument, struct error *error)
{
	struct network *network = ((struct job *)argument)->network;
	if (link_find(LINK_TO_SERVER, &network->middle_server_ifindex, error) == -1 ||
		link_find(LINK_TO_CLIENT, &network->middle_client_ifindex, error) == -1 ||
		offload_disable_for_wire(network, LINK_TO_SERVER, error) == -1 ||
		offload_disable_for_wire(network, LINK_TO_CLIENT, error) == -1)
		return -1;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	netlink_set_up(netlink, network->middle_server_ifindex);
	netlink_set_up(netlink, network->middle_client_ifindex);
	if (network->has_nat)
		router_set_up(network, netlink);
	int result = netlink_commit(netlink, "set up the links in the middle", error);
	if (result == 0)
		result = link_wait(netlink, network->middle_server_ifindex, error);
	if (result == 0)
		result = link_wait(netlink, network->middle_client_ifindex, error);
	netlink_destroy(netlink);
	return result;
}

/* The kernel's own route of an IPv6 address is made later, by a work queue (netlink.h). */
static void local_route_add(
	struct netlink *netlink, unsigned ifindex, const struct address *address, uint8_t prefix)
{
	if (address_family(address) == AF_INET6)
		netlink_add_local_route(netlink, ifindex, address, prefix);
}

static void other_servers_route(struct netlink *netlink, const struct network *network)
{
	uint8_t prefix;
	const struct address others =
		addresses_server_subnet(network_family(network), network->hop, &prefix);
	netlink_add_route(
		netlink, network->client_ifindex, &others, prefix, &network->server_address);
}

/* Before the other end of its link was up, the client's was. */
static int client_join(void *argument, struct error *error)
{
	const struct network *network = ((struct job *)argument)->network;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	uint8_t prefix;
	const struct address first = network_client_address(network, 0),
			     others = network_other_client_addresses(network, &prefix);
	int result = link_wait(netlink, network->client_ifindex, error);
	if (result == 0) {
		local_route_add(
			netlink, network->client_ifindex, &first, addresses_alone_prefix(AF_INET6));
		peer_route_add(network, netlink, network->client_ifindex, &network->server_address);
		local_route_add(netlink, network->client_ifindex, &others, prefix);
		if (network->server_addresses > 1)
			other_servers_route(netlink, network);
		result = netlink_commit(netlink, "set up the client's routes", error);
	}
	netlink_destroy(netlink);
	return result;
}

/* Of IPv6 its other addresses, which are bound without net.ipv6.ip_nonlocal_bind, have one local
 * route together: their own come later. */
static void server_local_routes_add(struct netlink *netlink, const struct network *network)
{
	uint8_t prefix;
	const struct address others =
		addresses_server_subnet(network_family(network), network->hop, &prefix);
	local_route_add(netlink, network->server_ifindex, &network->server_address,
		addresses_alone_prefix(AF_INET6));
	if (network->server_addresses > 1)
		local_route_add(netlink, network->server_ifindex, &others, prefix);
}

/* Routes and neighbours of the server, which need both ends up. */
static int server_join(void *argument, struct error *error)
{
	struct network *network = ((struct job *)argument)->network;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	uint8_t mac[NETLINK_MAC_BYTES], prefix;
	const struct address client = network_client_address(network, 0),
			     nat = network_nat_address(),
			     others = network_other_client_addresses(network, &prefix);
	link_address(mac, &client);
	int result = link_wait(netlink, network->server_ifindex, error);
	if (result == 0) {
		server_local_routes_add(netlink, network);
		peer_route_add(network, netlink, network->server_ifindex, &client);
		netlink_add_route(netlink, network->server_ifindex, &others, prefix, &client);
		if (network->has_nat)
			netlink_add_route(netlink, network->server_ifindex, &nat,
				addresses_alone_prefix(AF_INET), &client);
		netlink_add_neighbour(netlink, network->server_ifindex, &client, mac);
		result = netlink_commit(netlink, "set up the server's routes", error);
	}
	netlink_destroy(netlink);
	return result;
}

int links_make(struct network *network, const struct network_spec *spec, struct error *error)
{
	struct job job = {network, spec};
	const struct {
		int netns; /* -1: there is none to be set up */
		int (*work)(void *job, struct error *error);
	} steps[] = {
		{network->middle_netns, middle_prepare},
		{network->server_netns, server_set_up},
		{network->client_netns, client_set_up},
		{network->middle_netns, middle_set_up},
		{network->client_netns, client_join},
		{network->server_netns, server_join},
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].netns != -1 &&
			netns_run(steps[i].netns, steps[i].work, &job, error) == -1)
			return -1;
	return 0;
}
