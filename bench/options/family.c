#include "bench/options/family.h"

#include <string.h>

static int ipv4_only_check(const struct run_options *options, struct error *error)
{
	const struct {
		bool asked;
		const char *option, *why;
	} rows[] = {
		{options->proxy_command, "--proxy-command", "both hops of a proxy have IPv4"},
		{options->nat, "--nat", "the NAT translates IPv4"},
		{options->beside, "--beside", "these clients have an IPv4 address of their own"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].asked)
			return error_set(error, STATUS_USAGE, "%s: %s; not with --family 6",
				rows[i].option, rows[i].why);
	return 0;
}

int family_parse(struct run_options *options, struct error *error)
{
	options->is_ipv6 = strcmp(options->family, "6") == 0;
	if (!options->is_ipv6 && strcmp(options->family, "4") != 0)
		return error_set(
			error, STATUS_USAGE, "--family %s: must be 4 or 6", options->family);
	return options->is_ipv6 ? ipv4_only_check(options, error) : 0;
}
