#include "bench/options/groups/groups.h"

static const struct option_row rows[] = {
	{"server-command", 0, OPTION_TEXT, FIELD(server_command), "'COMMAND'",
		"any other server; {host} and {port} stand for where it must listen, {cert} and "
		"{key} for a certificate and its key that the run makes. How it closes is measured",
		0, 0},
	{"server-name", 0, OPTION_TEXT, FIELD(server_name), "NAME",
		"what the table calls that server (default: its program's name, 31 characters of "
		"it)",
		0, 0},
	{"server-port", 0, OPTION_COUNT, FIELD(server_port), "N", "where the server listens", 1,
		65535},
	{"server-threads", 0, OPTION_COUNT, FIELD(server_threads), "N",
		"threads of teardown-server", 1, 256},
	{"response-bytes", 0, OPTION_COUNT, FIELD(response_bytes), "N",
		"size of a response's body (teardown-server's)", 0, UINT64_C(1) << 40},
	{"max-body", 0, OPTION_COUNT, FIELD(max_body), "N",
		"teardown-server refuses a longer request's body, with 413 (0: it takes 1 GB)", 0,
		UINT64_C(1) << 40},
	{"keep-alive", 0, OPTION_DURATION, FIELD(keep_alive_ns), "TIME",
		"teardown-server closes a connection that was idle for so long (0: 1m)", 0,
		DURATION_MAX_NS},
	{"at", 0, OPTION_LIST, FIELD(at), "TIME=EVENT",
		"let this happen within each trial, so long after the load's start: a signal to "
		"the server (1s=HUP; TERM KILL INT QUIT USR1 USR2 WINCH STOP CONT), restart, or "
		"command:'...' with {pid} {host} {port}; proxy:EVENT is the proxy's. What became "
		"of the connections is told of each event",
		0, 0},
};

const struct option_group run_group_server = OPTION_GROUP("the server", rows);
