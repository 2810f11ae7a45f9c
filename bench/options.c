#include "bench/options.h"

#include "bench/client_end.h"
#include "bench/others.h"
#include "bench/threshold.h"
#include "common/clock.h"
#include "strategies/core/registry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Descriptors that are not connections: namespaces, netlink, counters, pipes. */
#define DESCRIPTORS_RESERVED 128
#define DURATION_MAX_NS (24 * 3600 * NS_PER_S)
/* With --total alone: the bound that every load has. */
#define DURATION_OF_TOTAL_NS (60 * NS_PER_S)
#define ROW_STRATEGIES 0
#define ROW_CONNECTIONS 1
#define ROW_DURATION 4
/* Open loop: slots, unless --connections says how many. */
#define CONNECTIONS_OPEN_LOOP 10000
#define FIELD(name) offsetof(struct run_options, name)

static const struct option_row rows[] = {
	{"strategies", 's', OPTION_TEXT, FIELD(strategies), "A,B|all",
		"strategies to compare; a plug-in by its path: ./mine.so", 0, 0},
	{"connections", 'c', OPTION_COUNT, FIELD(connections), "N",
		"connections open at the same time, over all threads", 1, 1000000},
	{"threads", 't', OPTION_COUNT, FIELD(threads), "N", "threads of the loader", 1, 256},
	{"server-threads", 0, OPTION_COUNT, FIELD(server_threads), "N",
		"threads of teardown-server", 1, 256},
	{"duration", 'd', OPTION_DURATION, FIELD(duration_ns), "TIME", "length of a trial's window",
		1 * NS_PER_MS, DURATION_MAX_NS},
	{"warmup", 0, OPTION_DURATION, FIELD(warmup_ns), "TIME",
		"load before the window; it counts in the books, not in rate and latency", 0,
		DURATION_MAX_NS},
	{"total", 'n', OPTION_COUNT, FIELD(total), "N",
		"end a trial after N connections (0: after the duration)", 0, UINT64_C(1) << 40},
	{"rate", 'R', OPTION_COUNT, FIELD(rate), "N",
		"open loop: begin N connections a second, whatever the server does, and count "
		"latency from the instant intended; --connections is then the most that are open "
		"at once, 10000 unless given (0: closed loop)",
		0, 10000000},
	{"arrivals", 0, OPTION_TEXT, FIELD(arrivals), "fixed|poisson",
		"open loop: the same time between any two starts, or independent ones", 0, 0},
	{"repeat", 'r', OPTION_COUNT, FIELD(repeat), "N", "trials of each strategy, interleaved", 1,
		1000},
	{"requests-per-connection", 0, OPTION_COUNT, FIELD(requests_per_connection), "N",
		"exchanges on one connection (0: as the strategy says; with --server-command 1, "
		"and the last request says Connection: close)",
		0, 1000000000},
	{"request-bytes", 0, OPTION_COUNT, FIELD(request_bytes), "N",
		"size of a request's body; the response is that body", 0, UINT64_C(1) << 30},
	{"response-bytes", 0, OPTION_COUNT, FIELD(response_bytes), "N",
		"size of a response's body (teardown-server's)", 0, UINT64_C(1) << 40},
	{"header", 'H', OPTION_LIST, FIELD(headers), "'NAME: VALUE'", "add a request header", 0, 0},
	{"timeout", 0, OPTION_DURATION, FIELD(timeout_ns), "TIME",
		"longest wait for a response, and for the server's close", 1 * NS_PER_MS,
		DURATION_MAX_NS},
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
	{"loader", 0, OPTION_TEXT, FIELD(loader), "builtin|wrk",
		"who makes the load; all but what it says itself is measured as ever", 0, 0},
	{"loader-command", 0, OPTION_TEXT, FIELD(loader_command), "'COMMAND … {url} …'",
		"any other loader; {host} {port} {connections} {threads} {duration_s} {total} too. "
		"Words as in a shell, of which there is none: sh -c '…'",
		0, 0},
	{"server-command", 0, OPTION_TEXT, FIELD(server_command), "'COMMAND …'",
		"any other server, {host} and {port} in it; how it closes is measured", 0, 0},
	{"server-name", 0, OPTION_TEXT, FIELD(server_name), "NAME",
		"what the table calls it (default: its program's name)", 0, 0},
	{"server-port", 0, OPTION_COUNT, FIELD(server_port), "N", "where the server listens", 1,
		65535},
	{"path", 0, OPTION_TEXT, FIELD(path), "/PATH", "what is asked for", 0, 0},
	{"sysctl", 0, OPTION_LIST, FIELD(sysctls), "END:NAME=VALUE",
		"a net.* setting of one end: client:net.ipv4.tcp_rfc1337=1", 0, 0},
	{"seed", 0, OPTION_COUNT, FIELD(seed), "N", "order of the trials", 0, INT64_MAX},
	{"json", 0, OPTION_TEXT, FIELD(json), "FILE",
		"result file (default: teardown-DATE-TIME.json)", 0, 0},
	{"latency", 0, OPTION_FLAG, FIELD(latency), NULL, "print each strategy's latencies too", 0,
		0},
	{"hgrm", 0, OPTION_TEXT, FIELD(hgrm), "DIR",
		"write each trial's latencies as HdrHistogram's percentile text", 0, 0},
	{"fail-if", 0, OPTION_LIST, FIELD(fail_if), "'STRATEGY.METRIC < N'",
		"exit 99 when the median crosses it; < <= > >= == != and 10k, 1.5M", 0, 0},
};

const struct option_table run_option_table = {
	.program = "teardown run",
	.usage = "[OPTION…]",
	.about = "Compares ways of closing a connection under load, each in a fresh private "
		 "network.\n"
		 "Closed loop: a slot begins its next connection when the last one is closed.\n"
		 "Open loop (--rate): connections begin on a schedule, as a server's users do.",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
};

static int strategies_choose(struct run_options *options, struct error *error)
{
	if (options->server_command) {
		options->chosen[options->chosen_count++] = &client_end_alone;
		return 0;
	}
	if (strcmp(options->strategies, "all") == 0) {
		for (size_t i = 0; i < registry_count; i++)
			if (!registry_strategies[i]->warning)
				options->chosen[options->chosen_count++] = registry_strategies[i];
		return 0;
	}
	char *names = strdup(options->strategies), *rest = names;
	int result = names ? 0 : error_set(error, STATUS_FAILED, "no memory");
	for (char *name; result == 0 && (name = strsep(&rest, ","));) {
		const struct td_strategy *strategy = registry_resolve(name, error);
		if (!strategy)
			result = -1;
		else if (options->chosen_count == RUN_STRATEGIES_MAX)
			result = error_set(error, STATUS_USAGE, "--strategies names more than %d",
				RUN_STRATEGIES_MAX);
		else
			options->chosen[options->chosen_count++] = strategy;
	}
	free(names);
	return result;
}

/* Puts a copy of each strategy in its place, with the client's end as asked for. */
static int client_ends_apply(struct run_options *options, struct error *error)
{
	bool reset = false, met = false;
	if (client_end_parse_close(options->client_close, &reset, error) == -1)
		return -1;
	for (size_t i = 0; i < options->chosen_count; i++) {
		struct td_strategy *own = &options->effective[i];
		*own = *options->chosen[i];
		options->chosen[i] = own;
		if (options->server_command)
			own->name = options->server_label;
		if (client_end_parse_source(options->source_port, &own->source_port, error) == -1)
			return -1;
		met |= client_end_is_open(own);
		if (reset && client_end_is_open(own))
			client_end_set_reset(own);
	}
	if (options->client_close && !met)
		return error_set(error, STATUS_USAGE,
			"--client-close %s: each of these strategies says itself how its client "
			"closes",
			options->client_close);
	return 0;
}

static int port_range_parse(struct run_options *options, struct error *error)
{
	const char *text = options->port_range;
	char *end;
	unsigned long low = strtoul(text, &end, 10);
	bool good = end != text && *end == '-' && end[1] >= '0' && end[1] <= '9';
	unsigned long high = good ? strtoul(end + 1, &end, 10) : 0;
	if (!good || *end || text[0] < '0' || text[0] > '9')
		return error_set(error, STATUS_USAGE,
			"--port-range %s: must be LO-HI, such as 32768-60999", text);
	if (low < 1 || high > 65535)
		return error_set(
			error, STATUS_USAGE, "--port-range %s: ports are 1 to 65535", text);
	if (low > high)
		return error_set(error, STATUS_USAGE,
			"--port-range %s: is upside down and holds no port", text);
	options->port_low = (uint16_t)low;
	options->port_high = (uint16_t)high;
	return 0;
}

/* The loader and the server are processes of their own: each needs a descriptor a connection. */
static int descriptors_check(const struct run_options *options, struct error *error)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return error_set_errno(error, STATUS_FAILED, "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (options->connections + DESCRIPTORS_RESERVED > limit.rlim_max)
		return error_set(error, STATUS_USAGE,
			"--connections %llu: the limit of open descriptors (ulimit -Hn) is %llu, "
			"which leaves room for %llu",
			(unsigned long long)options->connections,
			(unsigned long long)limit.rlim_max,
			(unsigned long long)(limit.rlim_max > DESCRIPTORS_RESERVED
						     ? limit.rlim_max - DESCRIPTORS_RESERVED
						     : 0));
	return 0;
}

static int arrivals_parse(struct run_options *options, struct error *error)
{
	bool fixed = strcmp(options->arrivals, "fixed") == 0;
	if (!fixed && strcmp(options->arrivals, "poisson") != 0)
		return error_set(error, STATUS_USAGE, "--arrivals %s: must be fixed or poisson",
			options->arrivals);
	if (!fixed && !options->rate)
		return error_set(error, STATUS_USAGE,
			"--arrivals %s: needs --rate; a closed loop has no schedule",
			options->arrivals);
	if (options->rate)
		options->arrives = fixed ? ARRIVALS_FIXED : ARRIVALS_POISSON;
	return 0;
}

/* In an open loop a slot is there for every connection that may be open. */
static uint64_t connections_open_loop(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 ||
		limit.rlim_max >= CONNECTIONS_OPEN_LOOP + DESCRIPTORS_RESERVED)
		return CONNECTIONS_OPEN_LOOP;
	return limit.rlim_max > DESCRIPTORS_RESERVED ? limit.rlim_max - DESCRIPTORS_RESERVED : 1;
}

static int headers_check(const struct run_options *options, struct error *error)
{
	for (size_t i = 0; i < options->headers.count; i++) {
		const char *header = options->headers.items[i];
		const char *colon = strchr(header, ':');
		if (!colon || colon == header || strpbrk(header, "\r\n"))
			return error_set(error, STATUS_USAGE,
				"--header '%s': must be 'Name: value'", header);
	}
	return 0;
}

static int fail_if_check(const struct run_options *options, struct error *error)
{
	const char *names[RUN_STRATEGIES_MAX];
	for (size_t i = 0; i < options->chosen_count; i++)
		names[i] = options->chosen[i]->name;
	return thresholds_check(&options->fail_if, names, options->chosen_count, error);
}

static int options_check(struct run_options *options, struct error *error)
{
	if (options->threads > options->connections)
		return error_set(error, STATUS_USAGE,
			"--threads %llu: there are only %llu connections to share",
			(unsigned long long)options->threads,
			(unsigned long long)options->connections);
	if (others_check(options, error) == -1 || strategies_choose(options, error) == -1 ||
		client_ends_apply(options, error) == -1 || port_range_parse(options, error) == -1 ||
		headers_check(options, error) == -1 || arrivals_parse(options, error) == -1 ||
		fail_if_check(options, error) == -1 || descriptors_check(options, error) == -1)
		return -1;
	for (size_t i = 0; i < options->sysctls.count; i++)
		if (network_parse_setting(
			    options->sysctls.items[i], &options->settings[i], error) == -1)
			return -1;
	if (options->request_bytes)
		options->response_bytes = options->request_bytes;
	return 0;
}

enum option_result run_options_parse(
	struct run_options *options, int argc, char **argv, struct error *error)
{
	*options = (struct run_options){
		.strategies = "graceful,server-close,reset,tw-reuse,client-close,keep-alive",
		.connections = 64,
		.threads = 1,
		.server_threads = 1,
		.duration_ns = 2 * NS_PER_S,
		.arrivals = "fixed",
		.repeat = 3,
		.response_bytes = 128,
		.timeout_ns = 5 * NS_PER_S,
		.client_addresses = 1,
		.port_range = "32768-60999",
		.seed = 1,
		.loader = "builtin",
		.server_port = 8080,
		.path = "/",
	};
	uint64_t given = 0;
	enum option_result result =
		options_parse(&run_option_table, argc, argv, options, NULL, &given, error);
	if (options->total && !(given & UINT64_C(1) << ROW_DURATION))
		options->duration_ns = DURATION_OF_TOTAL_NS;
	if (options->rate && !(given & UINT64_C(1) << ROW_CONNECTIONS))
		options->connections = connections_open_loop();
	if (options->server_command && !(given & UINT64_C(1) << ROW_STRATEGIES))
		options->strategies = NULL;
	if (result == OPTIONS_PARSED && options_check(options, error) == -1)
		return OPTIONS_REFUSED;
	return result;
}

static bool is_plain(const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
	return *text && strspn(text, plain) == strlen(text);
}

static void quoted_print(const char *text, FILE *out)
{
	if (is_plain(text)) {
		fputs(text, out);
		return;
	}
	fputc('\'', out);
	for (; *text; text++)
		fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
	fputc('\'', out);
}

void run_options_print(const struct run_options *options, FILE *out)
{
	char room[OPTION_NUMBER_MAX];
	fputs("teardown run", out);
	for (size_t i = 0; i < run_option_table.count; i++) {
		const struct option_row *row = &rows[i];
		for (size_t item = 0; item < options_values(row, options); item++) {
			fprintf(out, " --%s", row->name);
			if (row->kind == OPTION_FLAG)
				continue;
			fputc(' ', out);
			quoted_print(options_value(row, options, item, room), out);
		}
	}
}
