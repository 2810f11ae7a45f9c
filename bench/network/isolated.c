#include "bench/network/isolated.h"

#include "bench/network/link.h"
#include "bench/network/netlink.h"
#include "bench/network/netns.h"
#include "bench/network/netns_cleanup.h"
#include "bench/network/required.h"
#include "bench/network/settings.h"
#include "bench/network/spare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOPBACK_IFINDEX 1

struct job {
	struct network *network;
	struct restorer *spare;
	const struct isolated_spec *spec;
	const struct td_strategy *strategy;
};

static int address_take(const char *option, const char *text, size_t length,
	struct address *address, struct error *error)
{
	char room[INET6_ADDRSTRLEN + 4];
	bool is_ipv6 = memchr(text, ':', length) != NULL;
	snprintf(room, sizeof(room), is_ipv6 ? "[%.*s]:0" : "%.*s:0", (int)length, text);
	if (length < INET6_ADDRSTRLEN && address_parse(room, address) == 0)
		return 0;
	return error_set(error, STATUS_USAGE, "--%s %s: is no address", option, text);
}

int isolated_parse(
	struct isolated_spec *spec, const char *address, const char *gateway, struct error *error)
{
	const char *slash = strchr(address, '/');
	size_t bytes;
	char *end = NULL;
	unsigned long prefix = slash ? strtoul(slash + 1, &end, 10) : 0;
	if (!slash || slash[1] < '0' || slash[1] > '9' || *end != '\0')
		return error_set(error, STATUS_USAGE,
			"--address %s: must be ADDRESS/PREFIX, such as 10.0.0.9/24", address);
	if (address_take("address", address, (size_t)(slash - address), &spec->address, error) ==
			-1 ||
		(gateway && address_take("gateway", gateway, strlen(gateway), &spec->gateway,
				    error) == -1))
		return -1;
	address_bytes(&spec->address, &bytes);
	if (prefix < 1 || prefix > 8 * bytes)
		return error_set(error, STATUS_USAGE, "--address %s: the prefix is 1 to %zu",
			address, 8 * bytes);
	spec->prefix = (uint8_t)prefix;
	if (gateway && address_family(&spec->gateway) != address_family(&spec->address))
		return error_set(error, STATUS_USAGE,
			"--gateway %s: is not of the family of --address %s", gateway, address);
	return 0;
}

/* Its link address is the same in each trial: the other hosts keep it for a while. */
static int macvlan_make(void *argument, struct error *error)
{
	const struct job *job = argument;
	struct netlink_macvlan macvlan = {
		.name = LINK_OF_SERVER, .netns = job->network->server_netns};
	char what[80];
	snprintf(what, sizeof(what), "make a macvlan on %s", job->spec->link);
	link_address(macvlan.mac, &job->spec->address);
	if (link_find(job->spec->link, &macvlan.below, error) == -1)
		return -1;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	netlink_add_macvlan(netlink, &macvlan);
	int result = netlink_commit(netlink, what, error);
	netlink_destroy(netlink);
	return result;
}

/* The kernel's own route of an IPv6 address is made later, by a work queue (netlink.h). */
static void routes_add(struct netlink *netlink, unsigned ifindex, const struct isolated_spec *spec)
{
	struct address any = {.length = spec->address.length};
	any.storage.ss_family = (sa_family_t)address_family(&spec->address);
	if (address_family(&spec->address) == AF_INET6)
		netlink_add_local_route(netlink, ifindex, &spec->address, 128);
	if (spec->gateway.length > 0)
		netlink_add_route(netlink, ifindex, &any, 0, &spec->gateway);
}

static int link_join(const struct job *job, struct netlink *netlink, struct error *error)
{
	unsigned ifindex = job->network->server_ifindex;
	netlink_set_up(netlink, LOOPBACK_IFINDEX);
	netlink_add_address(netlink, ifindex, &job->spec->address, job->spec->prefix);
	netlink_set_up(netlink, ifindex);
	if (netlink_commit(netlink, "set up the isolated link", error) == -1 ||
		link_wait(netlink, ifindex, error) == -1)
		return -1;
	routes_add(netlink, ifindex, job->spec);
	if (netlink_commit(netlink, "set up the isolated link's routes", error) == -1)
		return -1;
	link_announce(ifindex);
	return 0;
}

static int namespace_set_up(void *argument, struct error *error)
{
	const struct job *job = argument;
	bool is_ipv6 = address_family(&job->spec->address) == AF_INET6;
	struct network_setting settings[TD_REQUIREMENTS_MAX + 1] = {
		{.end = TD_SERVER, .value = "1"}};
	const struct network_spec spec = {.family = address_family(&job->spec->address),
		.settings = settings,
		.setting_count = 1 + required_settings(settings + 1, job->strategy)};
	snprintf(settings[0].name, sizeof(settings[0].name), "%s",
		is_ipv6 ? "net.ipv6.conf.all.ndisc_notify" : "net.ipv4.conf.all.arp_notify");
	if (settings_apply(job->network, TD_SERVER, &spec, error) == -1 ||
		link_find(job->spec->is_spare ? job->spec->link : LINK_OF_SERVER,
			&job->network->server_ifindex, error) == -1)
		return -1;
	struct netlink *netlink = netlink_create(error);
	if (!netlink)
		return -1;
	int result = link_join(job, netlink, error);
	netlink_destroy(netlink);
	return result;
}

static int link_bring(const struct job *job, struct error *error)
{
	if (job->spec->is_spare)
		return spare_lend(job->spare, job->spec->link, job->network->server_netns, error);
	return netns_run(NETNS_OWN, macvlan_make, (void *)job, error);
}

int isolated_create(struct network *network, struct restorer *spare,
	const struct isolated_spec *spec, const struct td_strategy *strategy, struct error *error)
{
	struct job job = {network, spare, spec, strategy};
	/* What an agent that was killed has left has the same link address. */
	if (netns_cleanup_await(error) == -1)
		return -1;
	network->server_netns = netns_create(error);
	if (network->server_netns == -1 || link_bring(&job, error) == -1)
		return -1;
	return netns_run(network->server_netns, namespace_set_up, &job, error);
}
