#include "bench/network/network.h"

#include "bench/network/addresses.h"
#include "bench/network/links.h"
#include "bench/network/netns.h"
#include "bench/network/netns_cleanup.h"
#include "bench/network/ports_outside.h"
#include "bench/network/route.h"
#include "bench/network/settings.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct job {
	struct network *network;
	const struct network_spec *spec;
};

/* A namespace of its own, or that of the server of the hop before. */
static int client_netns_open(const struct network *before, struct error *error)
{
	if (!before)
		return netns_create(error);
	int fd = fcntl(before->server_netns, F_DUPFD_CLOEXEC, 0);
	return fd == -1 ? error_set_errno(error, STATUS_FAILED, "the proxy's namespace") : fd;
}

static int settings_note_here(void *network, struct error *error)
{
	return settings_note(network, TD_CLIENT, error);
}

/* The namespace is this process's own, and nothing is made in it. */
static int shared_join(struct network *network, const struct address *server, struct error *error)
{
	struct route route;
	char host[INET6_ADDRSTRLEN];
	if (route_find(server, &route, error) == -1)
		return -1;
	if (route.is_local)
		return error_set(error, STATUS_USAGE,
			"%s is this host: without --server-host both ends are played here, on a "
			"network of their own",
			address_host(server, host));
	network->is_shared = true;
	network->client_netns = NETNS_OWN;
	network->server_address = *server;
	network->own_client = route.from;
	network->client_ifindex = route.ifindex;
	network->server_addresses = network->client_addresses = 1;
	return netns_run(NETNS_OWN, settings_note_here, network, error);
}

int network_create(struct network *network, const struct network_spec *spec, struct error *error)
{
	*network = (struct network)NETWORK_NONE;
	network->has_isolated_server = spec->has_isolated_server;
	network->has_bound_ports = spec->has_bound_ports;
	if (spec->shared_server)
		return shared_join(network, spec->shared_server, error);
	network->hop = spec->before ? spec->before->hop + 1 : 0;
	network->server_address = addresses_server(spec->family, network->hop);
	network->server_addresses = spec->server_addresses > 1 ? spec->server_addresses : 1;
	network->client_addresses = spec->client_addresses;
	network->has_nat = spec->has_nat;
	bool has_middle = spec->has_wire || spec->has_nat;
	if (spec->client_addresses < 1 || spec->client_addresses > NETWORK_CLIENT_ADDRESSES_MAX)
		return error_set(error, STATUS_USAGE, "client addresses: 1 to %d",
			NETWORK_CLIENT_ADDRESSES_MAX);
	network->server_netns = netns_create(error);
	if (network->server_netns != -1)
		network->client_netns = client_netns_open(spec->before, error);
	if (network->client_netns != -1 && has_middle)
		network->middle_netns = netns_create(error);
	bool has_all = network->client_netns != -1 && (network->middle_netns != -1 || !has_middle);
	if (has_all && links_make(network, spec, error) == 0)
		return 0;
	network_destroy(network);
	return -1;
}

int network_add_settings(struct network *network, const struct network *there, struct error *error)
{
	if (network->setting_count + there->setting_count > NETWORK_SETTINGS_MAX)
		return error_set(error, STATUS_FAILED, "both hosts have more than %d settings",
			NETWORK_SETTINGS_MAX);
	memcpy(network->settings + network->setting_count, there->settings,
		there->setting_count * sizeof(*there->settings));
	network->setting_count += there->setting_count;
	return 0;
}

static int settings_try(void *argument, struct error *error)
{
	const struct job *job = argument;
	return settings_apply(job->network, TD_SERVER, job->spec, error) == -1 ||
			       settings_apply(job->network, TD_CLIENT, job->spec, error) == -1 ||
			       (job->spec->has_nat && settings_apply(job->network, TD_NONE,
							      job->spec, error) == -1)
		       ? -1
		       : 0;
}

int network_try_settings(const struct network_spec *spec, struct error *error)
{
	struct network network = NETWORK_NONE;
	struct job job = {&network, spec};
	network.server_netns = netns_create(error);
	int result = network.server_netns == -1
			     ? -1
			     : netns_run(network.server_netns, settings_try, &job, error);
	network_destroy(&network);
	return result;
}

void network_destroy(struct network *network)
{
	if (!network)
		return;
	int *const all[] = {&network->server_netns, &network->client_netns, &network->middle_netns};
	bool had_one = false;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (*all[i] >= 0) {
			close(*all[i]);
			had_one = true;
		}
		*all[i] = -1;
	}
	if (had_one)
		netns_cleanup_await(NULL);
}

struct address network_server_address_at(const struct network *network, uint32_t index)
{
	return index == 0 ? network->server_address
			  : addresses_other_server(network_family(network), network->hop, index);
}

struct address network_listen_address(const struct network *network)
{
	return network->server_addresses > 1 ? addresses_any(network_family(network))
					     : network->server_address;
}

int network_server_index(const struct network *network, const uint32_t address[4])
{
	if (addresses_is(&network->server_address, address))
		return 0;
	for (uint32_t i = 1; i < network->server_addresses; i++) {
		const struct address other = network_server_address_at(network, i);
		if (addresses_is(&other, address))
			return (int)i;
	}
	return -1;
}

struct address network_beside_address(const struct network *network)
{
	return addresses_beside(network_family(network));
}

bool network_is_beside_address(const uint32_t address[4])
{
	const struct address ipv4 = addresses_beside(AF_INET), ipv6 = addresses_beside(AF_INET6);
	return addresses_is(&ipv4, address) || addresses_is(&ipv6, address);
}

struct address network_nat_address(void)
{
	return addresses_nat();
}

int network_client_side(const struct network *network, unsigned *ifindex)
{
	*ifindex = network->has_nat ? network->middle_server_ifindex : network->client_ifindex;
	return network->has_nat ? network->middle_netns : network->client_netns;
}

struct address network_client_address(const struct network *network, uint32_t index)
{
	return network->is_shared ? network->own_client
				  : addresses_client(network_family(network), network->hop, index);
}

struct address network_other_client_addresses(const struct network *network, uint8_t *prefix)
{
	return addresses_client_subnet(network_family(network), network->hop, prefix);
}

bool network_has_client_address(const struct network *network, const uint32_t address[4])
{
	const struct address nat = addresses_nat();
	if (network->has_any_client)
		return true;
	if (network->is_shared)
		return addresses_is(&network->own_client, address);
	return (network->has_nat && addresses_is(&nat, address)) ||
	       addresses_has_client(
		       network_family(network), network->hop, network->client_addresses, address);
}

void network_port_range(const struct network *network, uint16_t *low, uint16_t *high)
{
	*low = 1;
	*high = UINT16_MAX;
	for (size_t i = 0; i < network->setting_count; i++) {
		const struct network_setting *s = &network->settings[i];
		if (s->end == TD_CLIENT && strcmp(s->name, "net.ipv4.ip_local_port_range") == 0)
			sscanf(s->value, "%hu %hu", low, high);
	}
	if (network->is_shared && network->has_bound_ports)
		ports_outside(low, high);
}
