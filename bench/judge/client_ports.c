#include "bench/judge/client_ports.h"

#include <stdlib.h>

/* Ports from `low` to `high` in a list as the kernel writes it: "40000-40010,40020". */
static uint64_t listed(const char *list, uint64_t low, uint64_t high)
{
	uint64_t count = 0;
	for (char *end; *list; list = *end == ',' ? end + 1 : end) {
		uint64_t from = strtoul(list, &end, 10), to = from;
		if (end == list)
			break;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		from = from > low ? from : low;
		to = to < high ? to : high;
		count += from <= to ? to - from + 1 : 0;
	}
	return count;
}

uint64_t client_ports_reserved(const struct trial *trial)
{
	if (trial->strategy->source_port == TD_PORT_BIND)
		return 0;
	return listed(trial_setting(trial, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", ""),
		trial->port_low, trial->port_high);
}

uint64_t client_ports_available(const struct trial *trial)
{
	uint64_t range = (uint64_t)(trial->port_high - trial->port_low) + 1;
	return (range - client_ports_reserved(trial)) * trial->client_addresses;
}
