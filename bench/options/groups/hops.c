#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"proxy-command", 0, OPTION_TEXT, FIELD(proxy_command), "'COMMAND'",
		"a proxy between client and server, on a host of its own; {listen} and {upstream} "
		"stand for where it must listen and where the server is, as ADDRESS:PORT "
		"(198.18.0.1:8080 and 198.18.1.1:8080). Both of its hops are measured",
		0, 0},
	{"proxy-addresses", 0, OPTION_COUNT, FIELD(proxy_addresses), "N",
		"addresses of the proxy that it may connect to the server from: 198.18.1.2, "
		"198.19.128.1, 198.19.128.2 and so on; which ones it uses, it is told itself "
		"(nginx: proxy_bind, HAProxy: source)",
		1, NETWORK_CLIENT_ADDRESSES_MAX},
	{"upstreams", 0, OPTION_COUNT, FIELD(upstreams), "N",
		"addresses at which the server is behind the proxy: 198.18.1.1, 198.18.128.1, "
		"198.18.128.2 and so on, {upstream1} to {upstreamN} in --proxy-command; each is a "
		"range of ports more",
		1, NETWORK_SERVER_ADDRESSES_MAX},
	{"nat", 0, OPTION_FLAG, FIELD(nat), NULL,
		"an address translation between client and server, on a host of its own "
		"(nftables' masquerade): each of --client-addresses is a host behind it, and the "
		"server sees one address, 198.18.2.1",
		0, 0},
	{"nat-ports", 0, OPTION_TEXT, FIELD(nat_ports), "LO-HI",
		"the ports that the NAT gives to connections (default: 1024-65535)", 0, 0},
};

const struct option_group run_group_hops =
	OPTION_GROUP("a proxy or a NAT between client and server", rows);
