#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"client-addresses", 0, OPTION_COUNT, FIELD(client_addresses), "N",
		"source addresses of the client", 1, NETWORK_CLIENT_ADDRESSES_MAX},
	{"port-range", 0, OPTION_TEXT, FIELD(port_range), "LO-HI",
		"the client's net.ipv4.ip_local_port_range", 0, 0},
	{"source-port", 0, OPTION_TEXT, FIELD(source_port), "kernel|range|bind",
		"who chooses the client's port: connect(2), connect(2) within IP_LOCAL_PORT_RANGE, "
		"or bind(2) with SO_REUSEADDR (without it: as the strategy says)",
		0, 0},
	{"client-close", 0, OPTION_TEXT, FIELD(client_close), "plain|reset",
		"how the client answers the server's FIN, where the strategy leaves it open", 0, 0},
	{"clients", 0, OPTION_TEXT, FIELD(clients), "NAME[=SHARE],...",
		"of which behaviour the clients are: half-close, or think=10%,vanish=5%, the rest "
		"plain (teardown list --clients)",
		0, 0},
	{"think", 0, OPTION_TEXT, FIELD(think), "TIME|exp:TIME",
		"how long clients that think pause between two requests; exp: random times of that "
		"mean (default: 1s)",
		0, 0},
	{"beside", 0, OPTION_TEXT, FIELD(beside), "NAME=COUNT,...",
		"clients of these behaviours beside the load, in none of its figures: "
		"idle=5000,stalled=50",
		0, 0},
};

const struct option_group run_group_clients = OPTION_GROUP("the clients", rows);
