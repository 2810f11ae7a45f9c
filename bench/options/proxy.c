#include "bench/options/proxy.h"

#include "bench/network/addresses.h"
#include "bench/options/family.h"
#include "bench/options/tls_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LISTEN,
	UPSTREAM,
	HOST,
	PORT,
	UPSTREAM_HOST,
	UPSTREAM_PORT,
	CERTIFICATE,
	UPSTREAMS = CERTIFICATE + TLS_VALUES
};
#define VALUES (UPSTREAMS + NETWORK_SERVER_ADDRESSES_MAX)
#define NUMBERED "upstream"
#define NUMBERED_MAX 16

/* Where the server of a hop listens, as ADDRESS:PORT, and both by themselves. */
static void place_write(const struct run_options *options, struct address address,
	struct command_value *place, struct command_value *host, struct command_value *port)
{
	char text[INET6_ADDRSTRLEN], whole[ADDRESS_TEXT_SIZE];
	address_set_port(&address, (uint16_t)options->server_port);
	snprintf(place->text, sizeof(place->text), "%s", address_text(&address, whole));
	snprintf(host->text, sizeof(host->text), "%s", address_host(&address, text));
	snprintf(port->text, sizeof(port->text), "%llu", (unsigned long long)options->server_port);
}

int proxy_command(const struct run_options *options, const char *certificate,
	struct command *command, struct error *error)
{
	struct command_value values[VALUES] = {
		[LISTEN].name = "listen",
		[UPSTREAM].name = "upstream",
		[HOST].name = "host",
		[PORT].name = "port",
		[UPSTREAM_HOST].name = "upstream_host",
		[UPSTREAM_PORT].name = "upstream_port",
	};
	int family = family_of(options);
	place_write(options, addresses_server(family, 0), &values[LISTEN], &values[HOST],
		&values[PORT]);
	place_write(options, addresses_server(family, 1), &values[UPSTREAM], &values[UPSTREAM_HOST],
		&values[UPSTREAM_PORT]);
	tls_options_values(certificate, &values[CERTIFICATE]);
	char names[NETWORK_SERVER_ADDRESSES_MAX][NUMBERED_MAX];
	size_t count = UPSTREAMS;
	for (uint32_t i = 0; i < options->upstreams; i++) {
		struct command_value host, port;
		snprintf(names[i], sizeof(names[i]), NUMBERED "%u", i + 1);
		values[count].name = names[i];
		place_write(options,
			i == 0 ? addresses_server(family, 1) : addresses_other_server(family, 1, i),
			&values[count++], &host, &port);
	}
	return command_create(
		command, "proxy-command", options->proxy_command, values, count, error);
}

/* {upstream3} of a command, where there are two. */
static int numbered_check(const struct run_options *options, struct error *error)
{
	for (const char *at = options->proxy_command; (at = strstr(at, "{" NUMBERED));) {
		char *end;
		at += strlen("{" NUMBERED);
		unsigned long number = strtoul(at, &end, 10);
		bool is_one = *at >= '0' && *at <= '9' && *end == '}';
		if (is_one && (number == 0 || number > options->upstreams))
			return error_set(error, STATUS_USAGE,
				"--proxy-command has {" NUMBERED "%lu}, and --upstreams is %llu",
				number, (unsigned long long)options->upstreams);
	}
	return 0;
}

/* Settings that only a run with a proxy has a host for. */
static int settings_check(const struct run_options *options, struct error *error)
{
	for (size_t i = 0; i < options->sysctls.count; i++) {
		const char *text = options->sysctls.items[i];
		bool is_upstream = strncmp(text, "upstream:", strlen("upstream:")) == 0;
		if (options->settings[i].of_proxy || is_upstream)
			return error_set(error, STATUS_USAGE,
				"--sysctl %s: there is no proxy: --proxy-command 'COMMAND'", text);
	}
	return 0;
}

int proxy_check(const struct run_options *options, struct error *error)
{
	const struct {
		bool asked;
		const char *refusal;
	} rows[] = {
		{options->has_wire, "--network wire: the wire joins two ends, and a proxy makes "
				    "three; not with --proxy-command"},
		{options->beside,
			"--beside: what a proxy makes of clients beside the load cannot be "
			"told from what it makes of the load's; not with --proxy-command"},
		{options->ladders, "--ladders plays one connection between two ends; not with "
				   "--proxy-command"},
	};
	struct command command;
	if (!options->proxy_command && options->proxy_addresses > 1)
		return error_set(error, STATUS_USAGE,
			"--proxy-addresses %llu: there is no proxy: --proxy-command 'COMMAND'",
			(unsigned long long)options->proxy_addresses);
	if (!options->proxy_command && options->upstreams > 1)
		return error_set(error, STATUS_USAGE,
			"--upstreams %llu: there is no proxy: --proxy-command 'COMMAND'",
			(unsigned long long)options->upstreams);
	if (!options->proxy_command)
		return settings_check(options, error);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].asked)
			return error_set(error, STATUS_USAGE, "%s", rows[i].refusal);
	if (numbered_check(options, error) == -1 ||
		proxy_command(options, NULL, &command, error) == -1)
		return -1;
	int result = command_find(&command, "proxy-command", "", error);
	command_destroy(&command);
	return result;
}
