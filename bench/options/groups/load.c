#include "bench/options/groups/groups.h"

#include "bench/load/batch.h"

static const struct option_row rows[] = {
	{"connections", 'c', OPTION_COUNT, FIELD(connections), "N",
		"connections open at the same time, over all threads", 1, 1000000},
	{"threads", 't', OPTION_COUNT, FIELD(threads), "N", "threads of the loader", 1, 256},
	{"duration", 'd', OPTION_DURATION, FIELD(duration_ns), "TIME", "length of a trial's window",
		1 * NS_PER_MS, DURATION_MAX_NS},
	{"warmup", 0, OPTION_DURATION, FIELD(warmup_ns), "TIME",
		"load before the window; its connections are counted, but not in rate and latency",
		0, DURATION_MAX_NS},
	{"total", 'n', OPTION_COUNT, FIELD(total), "N",
		"end a trial after N connections (0: after the duration)", 0, UINT64_C(1) << 40},
	{"rate", 'R', OPTION_COUNT, FIELD(rate), "N",
		"open loop: begin N connections a second, whatever the server does, and count "
		"latency from when each was due; --connections is then the most that are open at "
		"once, 10000 unless given (0: closed loop)",
		0, 10000000},
	{"request-rate", 0, OPTION_COUNT, FIELD(request_rate), "N",
		"open loop: send N requests a second, each on an idle connection that has "
		"exchanges left, or on a new one; strategies that keep connections alive are then "
		"asked for as much as others (0: as --rate says)",
		0, 10000000},
	{"ramp", 0, OPTION_TEXT, FIELD(ramp), "LO..HI",
		"open loop: begin LO connections a second, and more and more, up to HI at the end "
		"of --duration (10s unless given), and tell at which rate what broke: ports, the "
		"listener, responses, latency, or the loader itself",
		0, 0},
	{"arrivals", 0, OPTION_TEXT, FIELD(arrivals), "fixed|poisson",
		"open loop: the same time between any two starts, or random times (exponential)", 0,
		0},
	{"connect-batch", 0, OPTION_COUNT, FIELD(connect_batch), "N",
		"closed loop: of the connections that are due together, N call connect(2) before "
		"the first of them sends (1: each sends at once)",
		1, BATCH_MAX},
	{"requests-per-connection", 0, OPTION_COUNT, FIELD(requests_per_connection), "N",
		"exchanges on one connection (0: as the strategy says; with --server-command: 1, "
		"and the last request says Connection: close)",
		0, 1000000000},
	{"request-bytes", 0, OPTION_COUNT, FIELD(request_bytes), "N",
		"size of a request's body; the response is that body", 0, UINT64_C(1) << 30},
	{"header", 'H', OPTION_LIST, FIELD(headers), "'NAME: VALUE'", "add a request header", 0, 0},
	{"path", 0, OPTION_TEXT, FIELD(path), "/PATH", "path of the requests", 0, 0},
	{"expect", 0, OPTION_TEXT, FIELD(expect), "STATUS",
		"the status that a response is to have, where that is not 2xx: 413, or 4xx", 0, 0},
	{"timeout", 0, OPTION_DURATION, FIELD(timeout_ns), "TIME",
		"longest wait for a response, and for the server's close", 1 * NS_PER_MS,
		DURATION_MAX_NS},
	{"loader", 0, OPTION_TEXT, FIELD(loader), "builtin|wrk",
		"who makes the load; with wrk, connections are counted by the kernel, and latency "
		"is what wrk reports",
		0, 0},
	{"loader-command", 0, OPTION_TEXT, FIELD(loader_command), "'COMMAND {url}'",
		"any other loader; {host} {port} {connections} {threads} {duration_s} {total} "
		"stand for their values. Quotes and \\ work as in a shell; for more: sh -c '...'",
		0, 0},
};

const struct option_group run_group_load = OPTION_GROUP("the load", rows);
