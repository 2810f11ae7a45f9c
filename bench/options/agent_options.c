#include "bench/options/agent_options.h"

#include "bench/options/family.h"
#include "bench/options/port_range.h"
#include "bench/process/command.h"
#include "common/clock.h"
#include "common/sysctl.h"
#include "strategies/core/plugin.h"
#include "strategies/core/registry.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* Below the kernel's own ephemeral ports. */
#define PORTS_DEFAULT "18000-19999"
#define CLIENT_RANGE "net.ipv4.ip_local_port_range"
/* No trial is over sooner. Twenty ports a second come again after 100 s, of the default ones, and a
 * TIME_WAIT lasts 60. */
#define TRIAL_LEAST_NS (50 * NS_PER_MS)
/* Nobody is there to answer ssh's questions, and a host that does not answer is told soon. */
#define SSH "ssh -T -o BatchMode=yes -o ConnectTimeout=10 --"

bool agent_options_are_given(const struct run_options *options)
{
	return options->server_host != NULL;
}

bool agent_options_are_isolated(const struct run_options *options)
{
	return agent_options_are_given(options) && strcmp(options->network, "isolated") == 0;
}

uint64_t agent_options_port(const struct run_options *options, uint64_t trial)
{
	uint64_t count = (uint64_t)options->server_port_high - options->server_port_low + 1;
	if (!agent_options_are_given(options))
		return options->server_port;
	return options->server_port_low + (options->server_port_first + trial) % count;
}

static int needs_host(const struct run_options *options, struct error *error)
{
	if (options->agent)
		return error_set(error, STATUS_USAGE,
			"--agent: at which address the load finds the server is not said: add "
			"--server-host HOST");
	if (strcmp(options->network, "shared") == 0 || strcmp(options->network, "isolated") == 0)
		return error_set(error, STATUS_USAGE,
			"--network %s: the hosts' own network needs a second host: "
			"--server-host HOST",
			options->network);
	if (options->server_ports)
		return error_set(error, STATUS_USAGE,
			"--server-ports %s: is for a server on another host: --server-host HOST",
			options->server_ports);
	return 0;
}

/* What needs a network that the bench makes, or a server that it starts itself. */
static int others_check(
	const struct run_options *options, const struct options_given *given, struct error *error)
{
	const struct {
		bool asked;
		const char *refusal;
	} rows[] = {
		{options->server_command,
			"--server-command: nothing that comes from another host is executed there; "
			"the agent starts teardown-server; not with --server-host"},
		{options->proxy_command, "--proxy-command: a proxy's network is made by the run, "
					 "on this host alone; not with --server-host"},
		{options->nat, "--nat: the NAT is between two namespaces of this host; not with "
			       "--server-host"},
		{options->matrix, "--matrix plays its cells over a wire; not with --server-host"},
		{options->has_wire, "--network wire (and --rtt, --loss and the like): the wire "
				    "joins two namespaces of this host; not with --server-host"},
		{options->ladders,
			"--ladders plays one connection over a wire; not with --server-host"},
		{options->beside, "--beside: these clients have an address of their own, which "
				  "this host lacks; not with --server-host"},
		{options->at.count > 0, "--at: events reach a server on this host alone; not with "
					"--server-host"},
		{options->twins, "--twins: both would share two hosts; not with --server-host"},
		{options->sysctls.count > 0,
			"--sysctl: no setting of a host that others use is written, they are read "
			"and recorded; not with --server-host"},
		{options->client_addresses > 1, "--client-addresses: this host has the one that "
						"leads to the server; not with --server-host"},
		{options_given_has(given, "network") && strcmp(options->network, "shared") != 0 &&
				!agent_options_are_isolated(options),
			"--network veth: its two ends are namespaces of this host; with "
			"--server-host it is shared or isolated"},
		{options_given_has(given, "port-range"),
			"--port-range: it is this host's own (" CLIENT_RANGE "), and recorded; not "
			"with --server-host"},
		{options_given_has(given, "server-port"),
			"--server-port: each trial has a port of its own, since the client's "
			"TIME_WAITs stay: give --server-ports LO-HI"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].asked)
			return error_set(error, STATUS_USAGE, "%s", rows[i].refusal);
	return 0;
}

static int plugins_check(const struct run_options *options, struct error *error)
{
	for (size_t i = 0; i < options->chosen_count; i++)
		if (plugin_is_path(registry_argument(options->chosen[i])))
			return error_set(error, STATUS_USAGE,
				"%s is a plug-in, which the agent does not load: it knows the "
				"strategies of `teardown list`",
				options->chosen[i]->name);
	return 0;
}

/* Of USER@HOST the host. */
static int address_take(struct run_options *options, struct error *error)
{
	const struct addrinfo wanted = {
		.ai_family = family_of(options), .ai_socktype = SOCK_STREAM};
	const char *at = strrchr(options->server_host, '@');
	const char *host = at ? at + 1 : options->server_host;
	struct addrinfo *found;
	if (*host == '\0' || *options->server_host == '-')
		return error_set(error, STATUS_USAGE, "--server-host '%s': is no host's name",
			options->server_host);
	int failed = getaddrinfo(host, NULL, &wanted, &found);
	if (failed)
		return error_set(error, STATUS_FAILED, "--server-host %s: no IPv%d address: %s",
			options->server_host, options->is_ipv6 ? 6 : 4, gai_strerror(failed));
	options->server_at.length = found->ai_addrlen;
	memcpy(&options->server_at.storage, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

/* It lives as long as the program. */
static int command_take(struct run_options *options, struct error *error)
{
	static struct command command;
	const char *option = options->agent ? "agent" : "server-host";
	if (command_create(
		    &command, option, options->agent ? options->agent : SSH, NULL, 0, error) == -1)
		return -1;
	options->agent_argv = command.argv;
	if (!options->agent && (command_add(&command, options->server_host, error) == -1 ||
				       command_add(&command, "teardown", error) == -1 ||
				       command_add(&command, "agent", error) == -1))
		return -1;
	options->agent_argv = command.argv;
	return command_find(&command, option, "", error);
}

/* A run soon behind another begins with ports that it did not come to. */
static int ports_take(struct run_options *options, struct error *error)
{
	char range[SYSCTL_VALUE_MAX];
	const char *asked = options->server_ports ? options->server_ports : PORTS_DEFAULT;
	if (port_range_parse("server-ports", asked, &options->server_port_low,
		    &options->server_port_high, error) == -1)
		return -1;
	options->server_port_first = clock_unix_us() * NS_PER_US / TRIAL_LEAST_NS;
	options->server_port = agent_options_port(options, 0);
	if (sysctl_read(CLIENT_RANGE, range, sizeof(range)) == -1 ||
		sscanf(range, "%hu %hu", &options->port_low, &options->port_high) != 2)
		return error_set_errno(error, STATUS_HOST_CANNOT, "cannot read " CLIENT_RANGE);
	return 0;
}

int agent_options_check(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	if (!agent_options_are_given(options))
		return needs_host(options, error);
	if (others_check(options, given, error) == -1 || plugins_check(options, error) == -1 ||
		address_take(options, error) == -1 || ports_take(options, error) == -1)
		return -1;
	if (!agent_options_are_isolated(options))
		options->network = "shared";
	return command_take(options, error);
}
