#include "bench/options/options.h"

#include "bench/load/batch.h"
#include "bench/options/agent_options.h"
#include "bench/options/consistency.h"
#include "bench/options/factor.h"
#include "bench/options/family.h"
#include "bench/options/ramp_option.h"
#include "bench/options/tls_options.h"
#include "bench/options/wire_options.h"
#include "common/clock.h"

#include <string.h>

#define DURATION_MAX_NS (UINT64_C(24) * 3600 * NS_PER_S)
/* Every load has a bound: with --total alone, this one. */
#define DURATION_OF_TOTAL_NS (60 * NS_PER_S)
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
	{"repeat", 'r', OPTION_COUNT, FIELD(repeat), "N", "trials of each strategy, interleaved", 1,
		1000},
	{"twins", 0, OPTION_FLAG, FIELD(twins), NULL,
		"play the two strategies at the same time, each on a network of its own: what else "
		"the machine does then meets both, and compare looks at the differences of twins "
		"(8 trials or more)",
		0, 0},
	{"requests-per-connection", 0, OPTION_COUNT, FIELD(requests_per_connection), "N",
		"exchanges on one connection (0: as the strategy says; with --server-command: 1, "
		"and the last request says Connection: close)",
		0, 1000000000},
	{"request-bytes", 0, OPTION_COUNT, FIELD(request_bytes), "N",
		"size of a request's body; the response is that body", 0, UINT64_C(1) << 30},
	{"response-bytes", 0, OPTION_COUNT, FIELD(response_bytes), "N",
		"size of a response's body (teardown-server's)", 0, UINT64_C(1) << 40},
	{"max-body", 0, OPTION_COUNT, FIELD(max_body), "N",
		"teardown-server refuses a longer request's body, with 413 (0: it takes 1 GB)", 0,
		UINT64_C(1) << 40},
	{"keep-alive", 0, OPTION_DURATION, FIELD(keep_alive_ns), "TIME",
		"teardown-server closes a connection that was idle for so long (0: 1m)", 0,
		DURATION_MAX_NS},
	{"header", 'H', OPTION_LIST, FIELD(headers), "'NAME: VALUE'", "add a request header", 0, 0},
	{"timeout", 0, OPTION_DURATION, FIELD(timeout_ns), "TIME",
		"longest wait for a response, and for the server's close", 1 * NS_PER_MS,
		DURATION_MAX_NS},
	{"client-addresses", 0, OPTION_COUNT, FIELD(client_addresses), "N",
		"source addresses of the client", 1, NETWORK_CLIENT_ADDRESSES_MAX},
	{"family", 0, OPTION_TEXT, FIELD(family), "4|6|both",
		"IPv4 or IPv6: the addresses of both ends; both: each strategy has a row of "
		"either, "
		"and whether these differ is told",
		0, 0},
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
	{"beside", 0, OPTION_TEXT, FIELD(beside), "NAME=COUNT,...",
		"clients of these behaviours beside the load, in none of its figures: "
		"idle=5000,stalled=50",
		0, 0},
	{"think", 0, OPTION_TEXT, FIELD(think), "TIME|exp:TIME",
		"how long clients that think pause between two requests; exp: random times of that "
		"mean (default: 1s)",
		0, 0},
	{"at", 0, OPTION_LIST, FIELD(at), "TIME=EVENT",
		"let this happen within each trial, so long after the load's start: a signal to "
		"the server (1s=HUP; TERM KILL INT QUIT USR1 USR2 WINCH STOP CONT), restart, or "
		"command:'...' with {pid} {host} {port}; proxy:EVENT is the proxy's. What became "
		"of the connections is told of each event",
		0, 0},
	{"matrix", 0, OPTION_FLAG, FIELD(matrix), NULL,
		"play each strategy with clients of each behaviour (those of --clients, or all), a "
		"few connections each, and show what was delivered, cut or lost, and what the "
		"server held",
		0, 0},
	{"sweep", 0, OPTION_TEXT, FIELD(sweep), "OPTION=LO..HI/STEP",
		"play each strategy at each value of an option, or of OPTION=A,B,C, and show what "
		"was lost at each: think=200ms..400ms/10ms; also keep-alive, rtt, rate and others",
		0, 0},
	{"loader", 0, OPTION_TEXT, FIELD(loader), "builtin|wrk",
		"who makes the load; with wrk, connections are counted by the kernel, and latency "
		"is what wrk reports",
		0, 0},
	{"loader-command", 0, OPTION_TEXT, FIELD(loader_command), "'COMMAND {url}'",
		"any other loader; {host} {port} {connections} {threads} {duration_s} {total} "
		"stand for their values. Quotes and \\ work as in a shell; for more: sh -c '...'",
		0, 0},
	{"server-command", 0, OPTION_TEXT, FIELD(server_command), "'COMMAND'",
		"any other server; {host} and {port} stand for where it must listen, {cert} and "
		"{key} for a certificate and its key that the run makes. How it closes is measured",
		0, 0},
	{"server-name", 0, OPTION_TEXT, FIELD(server_name), "NAME",
		"what the table calls that server (default: its program's name, 31 characters of "
		"it)",
		0, 0},
	{"tls", 0, OPTION_FLAG, FIELD(tls), NULL,
		"client and server speak TLS. Of others: {url} begins with https, wrk is given "
		"that, and a --server-command or --proxy-command has to speak it. Nobody verifies "
		"the certificate",
		0, 0},
	{"compare-tls", 0, OPTION_FLAG, FIELD(compare_tls), NULL,
		"each strategy has a row without and one with --tls, and whether these differ is "
		"told",
		0, 0},
	{"tls-resume", 0, OPTION_TEXT, FIELD(tls_resume), "off|on",
		"whether the builtin loader resumes the TLS session of a connection before", 0, 0},
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
	{"server-port", 0, OPTION_COUNT, FIELD(server_port), "N", "where the server listens", 1,
		65535},
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
	{"path", 0, OPTION_TEXT, FIELD(path), "/PATH", "path of the requests", 0, 0},
	{"expect", 0, OPTION_TEXT, FIELD(expect), "STATUS",
		"the status that a response is to have, where that is not 2xx: 413, or 4xx", 0, 0},
	{"sysctl", 0, OPTION_LIST, FIELD(sysctls), "END:NAME=VALUE",
		"a net.* setting of one end: client:net.ipv4.tcp_rfc1337=1; with --proxy-command "
		"also proxy:, and the server is the one behind it; with --nat also nat:",
		0, 0},
	{"network", 0, OPTION_TEXT, FIELD(network), "veth|wire|shared|isolated",
		"what joins the two ends: a pair of links, or a wire that relays each frame, late "
		"or not at all as the options below say (any of them asks for it), or the network "
		"that two hosts have (--server-host asks for it); isolated: there the server has a "
		"link of its own, as the agent's own --isolated says",
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
	{"seed", 0, OPTION_COUNT, FIELD(seed), "N",
		"of the order of trials, of poisson arrivals, and of what the wire does", 0,
		INT64_MAX},
	{"json", 'o', OPTION_TEXT, FIELD(json), "FILE",
		"result file (default: teardown-DATE-TIME.json; -: to stdout, and the table to "
		"stderr)",
		0, 0},
	{"csv", 0, OPTION_TEXT, FIELD(csv), "FILE",
		"write a line a trial as comma-separated values, too (-: to stdout, and the table "
		"to stderr)",
		0, 0},
	{"html", 0, OPTION_TEXT, FIELD(html), "FILE",
		"write a page to look at: charts, findings, how it was measured, and the data; it "
		"needs no network",
		0, 0},
	{"prometheus", 0, OPTION_TEXT, FIELD(prometheus), "FILE",
		"write the medians in Prometheus' text format, for a textfile collector", 0, 0},
	{"ladders", 0, OPTION_FLAG, FIELD(ladders), NULL,
		"then play one connection of each strategy, and keep it segment by segment: shown "
		"by the page, and by report --explain ladders",
		0, 0},
	{"wide", 0, OPTION_FLAG, FIELD(wide), NULL,
		"show the table of all columns, with the most sockets that were in each state of "
		"closing",
		0, 0},
	{"columns", 0, OPTION_TEXT, FIELD(columns), "A,B",
		"show these columns: time_wait_at, strategy, gives_up, ports, rate, interval, p50, "
		"p99, lost, or any metric; upstream.METRIC is of the hop behind a proxy",
		0, 0},
	{"color", 0, OPTION_TEXT, FIELD(color), "auto|always|never",
		"colour (auto, the default: on a terminal, unless NO_COLOR is set)", 0, 0},
	{"latency", 0, OPTION_FLAG, FIELD(latency), NULL, "print each strategy's latencies too", 0,
		0},
	{"quiet", 'q', OPTION_FLAG, FIELD(quiet), NULL,
		"no progress on stderr, and no table there either", 0, 0},
	{"verbose", 'v', OPTION_FLAG, FIELD(verbose), NULL,
		"say on stderr what came of each trial as it ends: what became of its connections, "
		"why it is invalid, its findings",
		0, 0},
	{"hgrm", 0, OPTION_TEXT, FIELD(hgrm), "DIR",
		"write each trial's latencies as HdrHistogram's percentile text", 0, 0},
	{"fail-if", 0, OPTION_LIST, FIELD(fail_if), "'STRATEGY.METRIC < N'",
		"exit 99 when this holds for the median; < <= > >= == !=; N may be 10k, 1.5M, 5ms; "
		"without STRATEGY: for any of them",
		0, 0},
};

const struct option_table run_option_table = {
	.program = "teardown run",
	.usage = "[OPTION...]",
	.about = "Compares ways of closing a connection under load, each in a fresh private "
		 "network.\n"
		 "Closed loop: the next connection begins when one of --connections is closed.\n"
		 "Open loop (--rate): connections begin on a schedule, as a server's users do.\n\n"
		 "Exit status: 0 ok, 1 failed or, without --fail-if, no trial was valid, 2 usage, "
		 "3 this host cannot, 99 what --fail-if says holds, 130 interrupted.",
	.rows = rows,
	.count = sizeof(rows) / sizeof(rows[0]),
	.examples =
		"# six ways of closing, side by side\n"
		"teardown run\n"
		"# two of them, with large responses\n"
		"teardown run -s graceful,reset --response-bytes 1M -r 5 -o result.json\n"
		"# a server of your own\n"
		"teardown run --server-command 'nginx -c /etc/nginx/nginx.conf' --server-port 80\n"
		"# the server on another host\n"
		"teardown run --server-host web1\n"
		"# for CI: exit status 99 when it is slow\n"
		"teardown run -s graceful --fail-if 'graceful.rate_per_s < 10k'",
};

void run_options_set_defaults(void *options)
{
	*(struct run_options *)options = (struct run_options){
		.strategies = "graceful,server-close,reset,tw-reuse,client-close,keep-alive",
		.connections = 64,
		.threads = 1,
		.server_threads = 1,
		.duration_ns = 2 * NS_PER_S,
		.arrivals = "fixed",
		.connect_batch = BATCH_USUAL,
		.repeat = 3,
		.response_bytes = 128,
		.timeout_ns = 5 * NS_PER_S,
		.client_addresses = 1,
		.proxy_addresses = 1,
		.family = FAMILY_DEFAULT,
		.upstreams = 1,
		.port_range = "32768-60999",
		.network = "veth",
		.seed = 1,
		.loader = "builtin",
		.server_port = 8080,
		.path = "/",
		.tls_resume = TLS_RESUME_DEFAULT,
	};
}

static int one_complete(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	if (options->total && !options_given_has(given, "duration"))
		options->duration_ns = DURATION_OF_TOTAL_NS;
	if (options->ramp && !options_given_has(given, "duration"))
		options->duration_ns = RAMP_DURATION_NS;
	if ((options->rate || options->request_rate || options->ramp) &&
		!options_given_has(given, "connections"))
		options->connections = run_options_open_loop_connections();
	options->strategies_given = options_given_has(given, "strategies");
	if (options->server_command && !options->strategies_given)
		options->strategies = NULL;
	if (wire_options_parse(options, options_given_has(given, "network"), error) == -1 ||
		run_options_check(options, error) == -1)
		return -1;
	return agent_options_check(options, given, error);
}

static int levels_complete(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	struct options_given all = *given;
	if (factor_prepare(options, &all, error) == -1)
		return -1;
	struct run_options raw = *options;
	/* Of a matrix these are its levels. */
	if (options->matrix)
		options->clients = NULL;
	if (family_is_both(options))
		options->family = FAMILY_DEFAULT;
	if (options->compare_tls)
		options->tls_resume = TLS_RESUME_DEFAULT;
	if (one_complete(options, &all, error) == -1)
		return -1;
	options->clients = raw.clients;
	options->family = raw.family;
	options->tls_resume = raw.tls_resume;
	return factor_make(options, &raw, &all, one_complete, error);
}

int run_options_complete(
	struct run_options *options, const struct options_given *given, struct error *error)
{
	int result = factor_is_asked(options) ? levels_complete(options, given, error)
					      : one_complete(options, given, error);
	return result == 0 ? run_options_check_twins(options, error) : -1;
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

/* Named, those strategies that cannot run would be an error; and each trial on a shared network has
 * a port of its own for the server, and this host's range for the client. */
static bool is_left_out(const struct run_options *options, const char *name)
{
	bool of_trial = strcmp(name, "server-port") == 0 || strcmp(name, "port-range") == 0;
	return (strcmp(name, "strategies") == 0 && !options->strategies_given) ||
	       (of_trial && agent_options_are_given(options));
}

void run_options_print(const struct run_options *options, FILE *out)
{
	char room[OPTION_NUMBER_MAX];
	fputs("teardown run", out);
	for (size_t i = 0; i < run_option_table.count; i++) {
		const struct option_row *row = &rows[i];
		if (is_left_out(options, row->name))
			continue;
		for (size_t item = 0; item < options_values(row, options); item++) {
			fprintf(out, " --%s", row->name);
			if (row->kind == OPTION_FLAG)
				continue;
			fputc(' ', out);
			quoted_print(options_value(row, options, item, room), out);
		}
	}
}
