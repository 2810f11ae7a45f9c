#include "bench/options/nat_options.h"

#include "bench/options/port_range.h"

static int others_check(const struct run_options *options, struct error *error)
{
	const struct {
		bool asked;
		const char *refusal;
	} rows[] = {
		{options->proxy_command,
			"--proxy-command: a proxy ends the client's connections, and what it "
			"connects from is its own; not with --nat"},
		{options->matrix, "--matrix plays its cells over a wire; not with --nat"},
		{options->has_wire, "--network wire (and --rtt, --loss and the like): the wire and "
				    "the NAT would both be in the middle; not with --nat"},
		{options->beside,
			"--beside: behind a NAT the server cannot tell these clients from the "
			"load's; not with --nat"},
		{options->ladders, "--ladders plays one connection over a wire; not with --nat"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].asked)
			return error_set(error, STATUS_USAGE, "%s", rows[i].refusal);
	return 0;
}

/* Settings that only a run with a NAT has a host for. */
static int settings_check(const struct run_options *options, struct error *error)
{
	for (size_t i = 0; i < options->sysctls.count; i++)
		if (options->settings[i].end == TD_NONE)
			return error_set(error, STATUS_USAGE, "--sysctl %s: there is no NAT: --nat",
				options->sysctls.items[i]);
	return 0;
}

int nat_options_check(struct run_options *options, struct error *error)
{
	options->nat_range = (struct nat_spec){NAT_PORT_LOW, NAT_PORT_HIGH};
	if (!options->nat)
		return options->nat_ports ? error_set(error, STATUS_USAGE,
						    "--nat-ports %s: there is no NAT: --nat",
						    options->nat_ports)
					  : settings_check(options, error);
	if (others_check(options, error) == -1)
		return -1;
	return options->nat_ports
		       ? port_range_parse("nat-ports", options->nat_ports,
				 &options->nat_range.port_low, &options->nat_range.port_high, error)
		       : 0;
}
