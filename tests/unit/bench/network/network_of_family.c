#include "tests/unit/bench/network/network_of_family.h"

#include "bench/network/netlink.h"
#include "bench/network/netns.h"

#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* For benchmarks (RFC 2544, C.2.2; RFC 5180, 8). */
static const struct addresses {
	const char *server, *client, *routed;
	uint8_t link_prefix, routed_prefix;
} families[] = {
	{"198.18.0.1:0", "198.18.0.2:0", "198.19.0.1:0", 30, 32},
	{"[2001:2::1]:0", "[2001:2::2]:0", "[2001:2:0:1::1]:0", 126, 128},
};

struct plan {
	struct network *network;
	struct address server, client, routed;
	const struct addresses *prefixes;
};

static const struct netlink_veth veth = {
	"server", "client", -1, {2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};

static struct address address_from(const char *text)
{
	struct address address;
	assert_int_equal(address_parse(text, &address), 0);
	return address;
}

static const struct addresses *addresses_of(int family)
{
	return &families[family == AF_INET6];
}

/* Until the kernel has made the host route of an IPv6 address (netlink.h), seen as /proc shows it.
 */
static void host_route_wait(const struct address *address)
{
	size_t size;
	const uint8_t *bytes = address_bytes(address, &size);
	char wanted[2 * sizeof(struct in6_addr) + sizeof(" 80 ")], line[256];
	for (size_t i = 0; i < size; i++)
		snprintf(wanted + 2 * i, sizeof(wanted) - 2 * i, "%02x", bytes[i]);
	strcat(wanted, " 80 ");
	for (bool found = address_family(address) == AF_INET; !found;) {
		FILE *routes = fopen("/proc/thread-self/net/ipv6_route", "re");
		assert_non_null(routes);
		while (!found && fgets(line, sizeof(line), routes))
			found = strncmp(line, wanted, strlen(wanted)) == 0;
		fclose(routes);
	}
}

static int server_make(void *argument, struct error *error)
{
	const struct plan *plan = argument;
	struct netlink_veth joined = veth;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	joined.peer_netns = plan->network->client_netns;
	netlink_add_veth(netlink, &joined);
	int result = netlink_commit(netlink, "make the links", error);
	unsigned ifindex = plan->network->server_ifindex = if_nametoindex(veth.name);
	netlink_add_address(netlink, ifindex, &plan->server, plan->prefixes->link_prefix);
	netlink_set_up(netlink, ifindex);
	if (result == 0)
		result = netlink_commit(netlink, "set up the server's link", error);
	netlink_destroy(netlink);
	return result;
}

static int client_make(void *argument, struct error *error)
{
	const struct plan *plan = argument;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	unsigned ifindex = plan->network->client_ifindex = if_nametoindex(veth.peer_name);
	netlink_add_address(netlink, ifindex, &plan->client, plan->prefixes->link_prefix);
	netlink_add_address(netlink, ifindex, &plan->routed, plan->prefixes->routed_prefix);
	netlink_set_up(netlink, ifindex);
	netlink_add_neighbour(netlink, ifindex, &plan->server, veth.mac);
	int result = netlink_commit(netlink, "set up the client's link", error);
	netlink_destroy(netlink);
	if (result == 0) {
		host_route_wait(&plan->client);
		host_route_wait(&plan->routed);
	}
	return result;
}

static int server_join(void *argument, struct error *error)
{
	const struct plan *plan = argument;
	unsigned ifindex = plan->network->server_ifindex;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	int result;
	while ((result = netlink_is_running(netlink, ifindex, error)) == 0)
		;
	netlink_add_route(
		netlink, ifindex, &plan->routed, plan->prefixes->routed_prefix, &plan->client);
	netlink_add_neighbour(netlink, ifindex, &plan->client, veth.peer_mac);
	if (result == 1)
		result = netlink_commit(netlink, "set up the server's route", error);
	netlink_destroy(netlink);
	if (result == 0)
		host_route_wait(&plan->server);
	return result;
}

void network_of_family_create(struct network *network, int family)
{
	struct error error = {.text = ""};
	const struct addresses *addresses = addresses_of(family);
	struct plan plan = {network, address_from(addresses->server),
		address_from(addresses->client), address_from(addresses->routed), addresses};
	*network = (struct network){.server_address = plan.server, .client_addresses = 1};
	network->server_netns = netns_create(&error);
	network->client_netns = netns_create(&error);
	if (network->server_netns == -1 || network->client_netns == -1 ||
		netns_run(network->server_netns, server_make, &plan, &error) == -1 ||
		netns_run(network->client_netns, client_make, &plan, &error) == -1 ||
		netns_run(network->server_netns, server_join, &plan, &error) == -1)
		fail_msg("%s", error.text);
}

struct address network_of_family_routed(int family)
{
	return address_from(addresses_of(family)->routed);
}
