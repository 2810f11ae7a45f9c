#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"network", 0, OPTION_TEXT, FIELD(network), "veth|wire|shared|isolated",
		"what joins the two ends: a pair of links, or a wire that relays each frame, late "
		"or not at all as the options below say (any of them asks for it), or the network "
		"that two hosts have (--server-host asks for it); isolated: there the server has a "
		"link of its own, as the agent's own --isolated says",
		0, 0},
	{"family", 0, OPTION_TEXT, FIELD(family), "4|6|both",
		"IPv4 or IPv6: the addresses of both ends; both: each strategy has a row of "
		"either, "
		"and whether these differ is told",
		0, 0},
	{"sysctl", 0, OPTION_LIST, FIELD(sysctls), "END:NAME=VALUE",
		"a net.* setting of one end: client:net.ipv4.tcp_rfc1337=1; with --proxy-command "
		"also proxy:, and the server is the one behind it; with --nat also nat:",
		0, 0},
	{"rtt", 0, OPTION_TEXT, FIELD(rtt), "TIME",
		"wire: the round trip is longer by this, half of it each way", 0, 0},
	{"jitter", 0, OPTION_TEXT, FIELD(jitter), "TIME",
		"wire: each way takes up to so much less or more, so that frames overtake each "
		"other",
		0, 0},
	{"loss", 0, OPTION_TEXT, FIELD(loss), "SHARE",
		"wire: lose this share of the frames, each way: 0.1%", 0, 0},
	{"duplicate", 0, OPTION_TEXT, FIELD(duplicate), "SHARE",
		"wire: send this share of the frames twice", 0, 0},
	{"reorder", 0, OPTION_TEXT, FIELD(reorder), "SHARE",
		"wire: this share of the frames does not wait for its delay", 0, 0},
	{"link-rate", 0, OPTION_TEXT, FIELD(link_rate), "N",
		"wire: bits a second, each way: 100Mbit", 0, 0},
};

const struct option_group run_group_network = OPTION_GROUP("the network", rows);
