#include "bench/network/links.h"

#include "bench/network/netlink.h"
#include "bench/network/netns.h"
#include "bench/network/offload.h"
#include "bench/network/settings.h"
#include "common/clock.h"

#include <net/if.h>
#include <string.h>

#define ALONE 32 /* the prefix of an address that is no subnet */
#define LINK_PREFIX 30
#define LOOPBACK_IFINDEX 1
#define SERVER_LINK "td-server"
#define CLIENT_LINK "td-client"
#define WIRE_SERVER_LINK "td-to-server"
#define WIRE_CLIENT_LINK "td-to-client"
#define LINK_WAIT_NS (2 * NS_PER_S)

struct job {
	struct network *network;
	const struct network_spec *spec;
};

/* The link address: the last four bytes of the address behind the "locally administered" bit. */
static void mac_fill(uint8_t mac[NETLINK_MAC_BYTES], const struct address *address)
{
	size_t size;
	const uint8_t *bytes = address_bytes(address, &size);
	mac[0] = 2;
	mac[1] = 0;
	memcpy(mac + 2, bytes + size - 4, 4);
}

/* Links that are born in the calling thread's namespace from now on have no address of their own
 * making (net/ipv6/addrconf.c, addrconf_addr_gen): the kernel sends no frames of Neighbor and
 * Listener Discovery, which a wire would have to carry. */
static int links_keep_silent(const struct network *network, struct error *error)
{
	if (network->wire_netns == -1)
		return 0;
	if (netns_prove_private(error) == -1)
		return -1;
	/* A kernel without IPv6 has no such setting, and no such frames. */
	sysctl_write("net.ipv6.conf.default.addr_gen_mode", "1");
	return 0;
}

static int link_find(const char *name, unsigned *ifindex, struct error *error)
{
	*ifindex = if_nametoindex(name);
	if (*ifindex == 0)
		return error_set_errno(error, STATUS_HOST_CANNOT, "link %s", name);
	return 0;
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
	struct netlink_veth veth = {SERVER_LINK, CLIENT_LINK, network->client_netns, {0}, {0}};
	if (network->wire_netns != -1) {
		veth.peer_name = WIRE_SERVER_LINK;
		veth.peer_netns = network->wire_netns;
	}
	mac_fill(veth.mac, &server);
	mac_fill(veth.peer_mac, &client);
	netlink_set_up(netlink, LOOPBACK_IFINDEX);
	netlink_add_veth(netlink, &veth);
	int result = netlink_commit(netlink, "make a pair of veth links", error);
	if (result == 0)
		result = link_find(SERVER_LINK, &network->server_ifindex, error);
	if (result == 0 && network->wire_netns != -1)
		result = offload_disable(SERVER_LINK, error);
	if (result == 0) {
		netlink_add_address(netlink, network->server_ifindex, &server, LINK_PREFIX);
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
	struct netlink_veth veth = {CLIENT_LINK, WIRE_CLIENT_LINK, network->wire_netns, {0}, {0}};
	const struct address server = network->server_address,
			     client = network_client_address(network, 0);
	mac_fill(veth.mac, &client);
	mac_fill(veth.peer_mac, &server);
	netlink_add_veth(netlink, &veth);
	return netlink_commit(netlink, "make a pair of veth links", error) == -1
		       ? -1
		       : offload_disable(CLIENT_LINK, error);
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
	if ((network->wire_netns != -1 && client_add_pair(network, netlink, error) == -1) ||
		link_find(CLIENT_LINK, &network->client_ifindex, error) == -1) {
		netlink_destroy(netlink);
		return -1;
	}
	unsigned ifindex = network->client_ifindex;
	uint8_t mac[NETLINK_MAC_BYTES];
	mac_fill(mac, &network->server_address);
	netlink_set_up(netlink, LOOPBACK_IFINDEX);
	for (uint32_t i = 0; i < network->client_addresses; i++) {
		const struct address address = network_client_address(network, i);
		netlink_add_address(netlink, ifindex, &address, i == 0 ? LINK_PREFIX : ALONE);
	}
	const struct address beside = network_beside_address();
	if (((struct job *)argument)->spec->has_beside_address)
		netlink_add_address(netlink, ifindex, &beside, ALONE);
	netlink_set_up(netlink, ifindex);
	netlink_add_neighbour(netlink, ifindex, &network->server_address, mac);
	int result = netlink_commit(netlink, "set up the client's link", error);
	netlink_destroy(netlink);
	return result;
}

/* The end that came up first learns from a work queue that it has a carrier, and until then it
 * drops what it is to send: the first SYN-ACK would be sent again a second later. (IFF_RUNNING does
 * not tell: it is also set while the state is unknown.) */
static int link_wait(struct netlink *netlink, unsigned ifindex, struct error *error)
{
	uint64_t give_up_ns = clock_now_ns() + LINK_WAIT_NS;
	for (;;) {
		int running = netlink_is_running(netlink, ifindex, error);
		if (running != 0)
			return running == 1 ? 0 : -1;
		if (clock_now_ns() > give_up_ns)
			return error_set(
				error, STATUS_HOST_CANNOT, "the veth link does not come up");
		clock_pause(NS_PER_MS / 5);
	}
}

/* Before the ends make the links that reach into it. */
static int wire_prepare(void *argument, struct error *error)
{
	return links_keep_silent(((struct job *)argument)->network, error);
}

/* The middle has links and no address: no frame but those of the ends goes there. */
static int wire_set_up(void *argument, struct error *error)
{
	struct network *network = ((struct job *)argument)->network;
	if (link_find(WIRE_SERVER_LINK, &network->wire_server_ifindex, error) == -1 ||
		link_find(WIRE_CLIENT_LINK, &network->wire_client_ifindex, error) == -1 ||
		offload_disable(WIRE_SERVER_LINK, error) == -1 ||
		offload_disable(WIRE_CLIENT_LINK, error) == -1)
		return -1;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	netlink_set_up(netlink, network->wire_server_ifindex);
	netlink_set_up(netlink, network->wire_client_ifindex);
	int result = netlink_commit(netlink, "set up the links in the middle", error);
	if (result == 0)
		result = link_wait(netlink, network->wire_server_ifindex, error);
	if (result == 0)
		result = link_wait(netlink, network->wire_client_ifindex, error);
	netlink_destroy(netlink);
	return result;
}

/* Before the other end of its link was up, the client's was. */
static int client_join(void *argument, struct error *error)
{
	const struct network *network = ((struct job *)argument)->network;
	struct netlink *netlink = netlink_create(error);
	int result = netlink ? link_wait(netlink, network->client_ifindex, error) : -1;
	netlink_destroy(netlink);
	return result;
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
			     others = network_other_client_addresses(network, &prefix);
	mac_fill(mac, &client);
	int result = link_wait(netlink, network->server_ifindex, error);
	if (result == 0) {
		netlink_add_route(netlink, network->server_ifindex, &others, prefix, &client);
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
		{network->wire_netns, wire_prepare},
		{network->server_netns, server_set_up},
		{network->client_netns, client_set_up},
		{network->wire_netns, wire_set_up},
		{network->client_netns, client_join},
		{network->server_netns, server_join},
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i].netns != -1 &&
			netns_run(steps[i].netns, steps[i].work, &job, error) == -1)
			return -1;
	return 0;
}
