#include "bench/plan/plan_options.h"

#include "bench/options/port_range.h"
#include "bench/plan/simulate/simulation.h"
#include "common/clock.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FIELD(name) offsetof(struct plan_options, name)
#define RATE_MOST 1e12
#define RESPONSE_MOST 1e12
#define NUMBER_TEXT_MAX 64
#define NS 1e9
#define DAY_NS (86400 * NS_PER_S)
#define MILLION 1000000

static const struct option_row planned_rows[] = {
	{"rate", 'R', OPTION_TEXT, FIELD(rate), "N/s",
		"requests a second of all hosts together; without: the greatest that lasts", 0, 0},
	{"strategies", 's', OPTION_TEXT, FIELD(strategies), "LIST|all",
		"strategies, by name or by a plug-in's path; all (the default): those without a "
		"warning",
		0, 0},
	{"strategy", 0, OPTION_TEXT, FIELD(strategies), "NAME",
		"one strategy, as --strategies has it", 0, 0},
	{"hosts", 0, OPTION_COUNT, FIELD(hosts), "N", "hosts that connect, each with a share of it",
		1, MILLION},
	{"addresses", 0, OPTION_COUNT, FIELD(addresses), "N", "source addresses of each host", 1,
		MILLION},
	{"destinations", 0, OPTION_COUNT, FIELD(destinations), "N",
		"addresses and ports that they connect to, each as often", 1, MILLION},
	{"ports", 0, OPTION_TEXT, FIELD(ports), "LO-HI",
		"net.ipv4.ip_local_port_range of each host, unless a strategy requires another", 0,
		0},
	{"keep-alive", 0, OPTION_COUNT, FIELD(keep_alive), "N",
		"requests on a connection, one behind the other; without: as the strategy has it",
		1, MILLION},
	{"rtt", 0, OPTION_DURATION, FIELD(rtt_ns), "TIME",
		"a round trip: handshake, each request and close take one, a large response more",
		0, DAY_NS},
	{"response", 0, OPTION_TEXT, FIELD(response), "SIZE",
		"of each response's body, such as 20KB; a head of 124 bytes is before it. Prints "
		"what "
		"a connection takes beside its port; without: one segment",
		0, 0},
	{"pause", 0, OPTION_DURATION, FIELD(pause_ns), "TIME",
		"for which the server accepts nothing, such as a reload: prints the backlog that "
		"it takes",
		NS_PER_MS, DAY_NS},
	{"reuse-delay", 0, OPTION_DURATION, FIELD(reuse_delay_ns), "TIME",
		"net.ipv4.tcp_tw_reuse_delay, where a strategy has tcp_tw_reuse and requires no "
		"delay",
		0, DAY_NS},
	{"tw-buckets", 0, OPTION_COUNT, FIELD(tw_buckets), "N",
		"net.ipv4.tcp_max_tw_buckets of each host; without: it is not reached", 1, 0},
	{"hz", 0, OPTION_COUNT, FIELD(hz), "N",
		"HZ of the kernels, which the life of TIME_WAIT follows from; without: this host's",
		24, 1200},
	{"nat-ports", 0, OPTION_COUNT, FIELD(nat_ports), "N",
		"all hosts are behind one NAT that has so many ports for each destination", 1,
		65535},
	{"nat-hold", 0, OPTION_DURATION, FIELD(nat_hold_ns), "TIME",
		"for how long the NAT holds a port behind the close, whichever end closes first", 0,
		DAY_NS},
	{"scenario", 0, OPTION_TEXT, FIELD(scenario), "FILE",
		"options in a file, a line each: rate = 600/s; the command line stands above it", 0,
		0},
	{"from-doctor", 0, OPTION_TEXT, FIELD(from_doctor), "FILE",
		"plan for the busiest pair of a host: rate, ports, tcp_tw_reuse and its delay, cap "
		"and HZ from what teardown doctor --json FILE wrote; given options stand above it",
		0, 0},
};

static const struct option_row verify_rows[] = {
	{"verify", 0, OPTION_FLAG, FIELD(verify), NULL,
		"play the plan, scaled down, on private networks, and print what was forecast "
		"beside "
		"what was measured; without --rate: as fast as there are ports",
		0, 0},
	{"verify-ports", 0, OPTION_COUNT, FIELD(verify_ports), "N",
		"ports of each source address that --verify plays with; the rate is scaled with "
		"them",
		2, 64512},
	{"duration", 'd', OPTION_DURATION, FIELD(duration_ns), "TIME",
		"how long --verify plays (without: 140s, twice the life of a TIME_WAIT and more), "
		"or --simulate (without: 10m)",
		NS_PER_MS, 365 * DAY_NS},
};

static const struct option_row simulate_rows[] = {
	{"simulate", 0, OPTION_FLAG, FIELD(simulate), NULL,
		"play the connections, too, for what arithmetic leaves out: chance, bursts, "
		"outages, retries",
		0, 0},
	{"arrivals", 0, OPTION_TEXT, FIELD(arrivals), "fixed|poisson|bursts:N",
		"when connections are opened: at even distances, at random, or N at a time at "
		"random",
		0, 0},
	{"lifetime", 0, OPTION_TEXT, FIELD(lifetime), "MEAN[,DISTRIBUTION]",
		"for how long a connection is open: fixed, exponential or pareto:SHAPE (above 1; "
		"the nearer, the heavier its tail); without: the round trips of --rtt",
		0, 0},
	{"zipf", 0, OPTION_TEXT, FIELD(zipf), "S",
		"the destination of rank k gets a share of 1/k^S; without: each the same", 0, 0},
	{"outage", 0, OPTION_TEXT, FIELD(outage), "FROM-TO",
		"when no destination answers, such as 60s-90s", 0, 0},
	{"connect-timeout", 0, OPTION_DURATION, FIELD(connect_timeout_ns), "TIME",
		"after which a connection has failed that nobody answers", NS_PER_MS, DAY_NS},
	{"retries", 0, OPTION_COUNT, FIELD(retries), "N",
		"how often a connection is tried again that failed or found no port", 0,
		SIMULATION_RETRIES_MAX},
	{"retry-after", 0, OPTION_DURATION, FIELD(retry_after_ns), "TIME",
		"when it is tried again; the next time after twice that, and so on", NS_PER_MS,
		DAY_NS},
	{"jitter", 0, OPTION_FLAG, FIELD(jitter), NULL,
		"draw the time before each retry at random, between 0 and that", 0, 0},
	{"exact", 0, OPTION_FLAG, FIELD(exact), NULL,
		"simulate each event at its time, not counts by steps of time: some 30 times "
		"slower",
		0, 0},
	{"seed", 0, OPTION_COUNT, FIELD(seed), "N", "of what is drawn at random", 0, 0},
	{"threads", 't', OPTION_COUNT, FIELD(threads), "N",
		"threads that simulate, which changes no figure; without: one a processor", 1, 64},
};

static const struct option_row told_rows[] = {
	{"html", 0, OPTION_TEXT, FIELD(html), "FILE",
		"write a page: the strategies, the choice, and what was simulated, over time", 0,
		0},
	{"json", 0, OPTION_FLAG, FIELD(json), NULL, "print schema teardown-plan/1 (docs/plan.md)",
		0, 0},
};

static const struct option_group planned = OPTION_GROUP("what is planned", planned_rows),
				 verify = OPTION_GROUP(
					 "playing the plan on private networks", verify_rows),
				 simulate = OPTION_GROUP("simulating the plan", simulate_rows),
				 told = OPTION_GROUP("what is told", told_rows);
static const struct option_group *const groups[] = {&planned, &verify, &simulate, &told, NULL};

const struct option_table plan_option_table = {
	.program = "teardown plan",
	.usage = "[--rate N/s] [OPTION...]",
	.about = "What rate holds, by arithmetic: for each strategy how many ports, TIME_WAITs and "
		 "how much memory it takes, when ports run out, and what would do. Sends nothing "
		 "without --verify.",
	.groups = groups,
	.examples = "teardown plan --rate 600/s\n"
		    "teardown plan --rate 10k/s --hosts 4 --rtt 30ms\n"
		    "teardown plan -s client-close,tw-reuse --addresses 2\n"
		    "teardown plan --rate 600/s --json\n"
		    "# in bursts of 50\n"
		    "teardown plan --rate 440/s -s client-close --simulate --arrivals bursts:50\n"
		    "# forecast beside measured, two minutes later\n"
		    "teardown plan --rate 600/s -s client-close,graceful --verify",
};

void plan_options_set_defaults(void *options)
{
	*(struct plan_options *)options = (struct plan_options){
		.ports = "32768-60999",
		.hosts = 1,
		.addresses = 1,
		.destinations = 1,
		.reuse_delay_ns = NS_PER_S,
		.arrivals = "poisson",
		.connect_timeout_ns = 3 * NS_PER_S,
		.nat_hold_ns = 120 * NS_PER_S,
		.retry_after_ns = NS_PER_S,
		.seed = 1,
		.verify_ports = 2000,
		.strategies = "all",
	};
}

/* A count with its unit, which may be left out. Returns 0 or -1. */
static int number_parse(const char *text, const char *unit, double *number)
{
	char digits[NUMBER_TEXT_MAX];
	uint64_t count = 0;
	size_t length = strlen(text), of_unit = strlen(unit);
	if (length > of_unit && strcmp(text + length - of_unit, unit) == 0)
		length -= of_unit;
	if (length >= sizeof(digits))
		return -1;
	snprintf(digits, sizeof(digits), "%.*s", (int)length, text);
	if (options_parse_count(digits, &count) != 0)
		return -1;
	*number = (double)count;
	return 0;
}

int plan_rate_parse(const char *text, double *per_s, struct error *error)
{
	if (number_parse(text, "/s", per_s) == -1)
		return error_set(error, STATUS_USAGE,
			"--rate %s: is not a rate, such as 600/s, 10k/s or 1.5M/s", text);
	if (*per_s < 1 || *per_s > RATE_MOST)
		return error_set(
			error, STATUS_USAGE, "--rate %s: must be between 1/s and 10^12/s", text);
	return 0;
}

int plan_response_parse(const char *text, double *bytes, struct error *error)
{
	if (number_parse(text, "B", bytes) == -1)
		return error_set(error, STATUS_USAGE,
			"--response %s: is not a size, such as 500B, 20KB or 1.5MB", text);
	if (*bytes < 1 || *bytes > RESPONSE_MOST)
		return error_set(
			error, STATUS_USAGE, "--response %s: must be between 1B and 1TB", text);
	return 0;
}

/* Options that do nothing without another one. */
static int companions_check(const struct options_given *given, struct error *error)
{
	static const struct {
		const char *name, *of;
	} rows_of[] = {
		{"retry-after", "retries"},
		{"jitter", "retries"},
		{"connect-timeout", "outage"},
		{"zipf", "destinations"},
	};
	for (size_t i = 0; i < sizeof(rows_of) / sizeof(rows_of[0]); i++)
		if (options_given_has(given, rows_of[i].name) &&
			!options_given_has(given, rows_of[i].of))
			return error_set(error, STATUS_USAGE, "--%s: is of --%s", rows_of[i].name,
				rows_of[i].of);
	return 0;
}

int plan_options_check(
	const struct plan_options *options, const struct options_given *given, struct error *error)
{
	static const char *const of_simulate[] = {"arrivals", "lifetime", "zipf", "outage",
		"connect-timeout", "retries", "retry-after", "jitter", "exact", "seed", "threads"};
	for (size_t i = 0; i < sizeof(of_simulate) / sizeof(of_simulate[0]); i++)
		if (!options->simulate && options_given_has(given, of_simulate[i]))
			return error_set(
				error, STATUS_USAGE, "--%s: is of --simulate", of_simulate[i]);
	if (!options->verify && options_given_has(given, "verify-ports"))
		return error_set(error, STATUS_USAGE, "--verify-ports: is of --verify");
	if (!options->verify && !options->simulate && options_given_has(given, "duration"))
		return error_set(
			error, STATUS_USAGE, "--duration: is of --verify and of --simulate");
	if (options->verify && options->simulate)
		return error_set(error, STATUS_USAGE, "--verify and --simulate: one at a time");
	if (!options->nat_ports && options_given_has(given, "nat-hold"))
		return error_set(error, STATUS_USAGE, "--nat-hold: needs --nat-ports");
	if (options->nat_ports && options->verify)
		return error_set(error, STATUS_USAGE,
			"--nat-ports: not with --verify, whose network has no NAT");
	bool has_rate = options->rate || options->from_doctor;
	if (options->simulate && !has_rate)
		return error_set(error, STATUS_USAGE, "--simulate needs --rate");
	if (options->pause_ns && !has_rate)
		return error_set(error, STATUS_USAGE, "--pause needs --rate");
	return companions_check(given, error);
}

int plan_hz_check(
	const struct plan_options *options, const struct plan_asked *asked, struct error *error)
{
	uint32_t hz = time_wait_life_here().hz;
	if (options->verify && asked->life.hz != hz)
		return error_set(error, STATUS_USAGE,
			"HZ %u (--hz, --from-doctor): --verify measures on this host, whose HZ is "
			"%u",
			asked->life.hz, hz);
	return 0;
}

int plan_options_read(
	const struct plan_options *options, struct plan_asked *asked, struct error *error)
{
	*asked = (struct plan_asked){
		.requests_per_s = NAN,
		.hosts = (double)options->hosts,
		.addresses = (double)options->addresses,
		.destinations = (double)options->destinations,
		.requests_per_connection = options->keep_alive,
		.round_trip_s = (double)options->rtt_ns / NS,
		.pause_s = options->pause_ns ? (double)options->pause_ns / NS : NAN,
		.reuse_delay_s = (double)options->reuse_delay_ns / NS,
		.time_wait_most = options->tw_buckets ? (double)options->tw_buckets : INFINITY,
		.nat_ports = (double)options->nat_ports,
		.nat_hold_s = (double)options->nat_hold_ns / NS,
		.life = options->hz ? time_wait_life_of((uint32_t)options->hz)
				    : time_wait_life_here(),
	};
	if (options->rate && plan_rate_parse(options->rate, &asked->requests_per_s, error) == -1)
		return -1;
	if (options->response &&
		plan_response_parse(options->response, &asked->response_bytes, error) == -1)
		return -1;
	return port_range_parse(
		"ports", options->ports, &asked->port_low, &asked->port_high, error);
}
