#include "bench/options/family.h"

#include <string.h>
#include <sys/socket.h>

bool family_is_both(const struct run_options *options)
{
	return strcmp(options->family, "both") == 0;
}

int family_of(const struct run_options *options)
{
	return options->is_ipv6 ? AF_INET6 : AF_INET;
}

int family_parse(struct run_options *options, struct error *error)
{
	options->is_ipv6 = strcmp(options->family, "6") == 0;
	if (!options->is_ipv6 && strcmp(options->family, "4") != 0)
		return error_set(
			error, STATUS_USAGE, "--family %s: must be 4, 6 or both", options->family);
	if (options->is_ipv6 && options->nat)
		return error_set(error, STATUS_USAGE,
			"--nat: the NAT translates IPv4; of IPv6 each host has an address of its "
			"own; not with --family 6");
	return 0;
}
