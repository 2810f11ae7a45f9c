#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"server-host", 0, OPTION_TEXT, FIELD(server_host), "HOST",
		"play the server's end on another host, by `ssh HOST teardown agent`: the load "
		"goes from this host to HOST over the network that there is, of which no setting "
		"is changed (needs CAP_NET_RAW here)",
		0, 0},
	{"agent", 0, OPTION_TEXT, FIELD(agent), "'COMMAND'",
		"with --server-host: what leads to the agent in place of ssh: 'docker exec -i web1 "
		"teardown agent'",
		0, 0},
	{"server-ports", 0, OPTION_TEXT, FIELD(server_ports), "LO-HI",
		"with --server-host: where the server listens, each trial at another of these "
		"ports (default: 18000-19999)",
		0, 0},
};

const struct option_group run_group_another_host = OPTION_GROUP("the server on another host", rows);
