/* overhead SERVER: what the instrument costs. Fills both namespaces with TIME_WAITs, then loads a
 * server in windows with the sampler and without it, in turn, and prints both rates and the median
 * of their ratio; then how long the kernel takes to take the namespaces down. */
#include "bench/load/builtin_loader.h"
#include "bench/measure/sampler.h"
#include "bench/network/netns.h"
#include "bench/process/process.h"
#include "bench/statistics/statistics.h"
#include "common/clock.h"
#include "strategies/core/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TIME_WAITS 100000
#define PAIRS 9
#define WINDOW_NS (2 * NS_PER_S)
#define PERIOD_NS (100 * NS_PER_MS)
#define FILL_WITHIN_NS (180 * NS_PER_S)
#define ADDRESSES 8
#define REQUEST "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

static struct network network;
static struct error error;

/* Of the three strategies one leaves TIME_WAIT to the server, one to the client, one to nobody. */
static struct way {
	const char *strategy;
	uint16_t port;
	struct process process;
} ways[] = {{.strategy = "server-close", .port = 8080}, {.strategy = "client-close", .port = 8081},
	{.strategy = "reset", .port = 8082}};

static void die(void)
{
	fprintf(stderr, "overhead: %s\n", error.text);
	exit((int)error.status);
}

static void server_start(struct way *way, char *server)
{
	char listen[ADDRESS_TEXT_SIZE];
	struct address address = network.server_address;
	address_set_port(&address, way->port);
	address_text(&address, listen);
	char *argv[] = {server, "--listen", listen, "--strategy", (char *)way->strategy, NULL};
	if (process_start(&way->process,
		    &(struct process_spec){.netns_fd = network.server_netns, .argv = argv},
		    &error) == -1)
		die();
}

/* Loads for as long as the window says; returns connections a second. */
static double load(const struct way *way, uint64_t window_ns)
{
	struct load_totals totals;
	const struct td_strategy *strategy = registry_resolve(way->strategy, &error);
	struct td_strategy ranged = *strategy;
	ranged.source_port = TD_PORT_RANGE;
	struct builtin_loader_spec spec = {.network = &network,
		.strategy = &ranged,
		.server_port = way->port,
		.connections = 64,
		.threads = 1,
		.requests_per_connection = 1,
		.timeout_ns = 5 * NS_PER_S,
		.request = {REQUEST, sizeof(REQUEST) - 1},
		.last_request = {REQUEST, sizeof(REQUEST) - 1},
		.port_low = 32768,
		.port_high = 60999};
	struct builtin_loader *loader = builtin_loader_create(&spec, &error);
	if (!loader)
		die();
	builtin_loader_start(loader);
	nanosleep(&(struct timespec){.tv_sec = (time_t)(window_ns / NS_PER_S),
			  .tv_nsec = (long)(window_ns % NS_PER_S)},
		NULL);
	builtin_loader_stop(loader);
	if (builtin_loader_join(loader, &totals, &error) == -1)
		die();
	double rate =
		(double)totals.window_completed / ((double)builtin_loader_window_ns(loader) / 1e9);
	load_totals_finish(&totals);
	builtin_loader_destroy(loader);
	return rate;
}

static struct sample read_now(void)
{
	struct sample sample = {0};
	struct sampler_spec spec = {.flow = {.network = &network}, .period_ns = PERIOD_NS};
	struct sampler *sampler = sampler_create(&spec, &error);
	if (!sampler || sampler_read(sampler, &sample, &error) == -1)
		die();
	sampler_destroy(sampler);
	return sample;
}

static void fill(void)
{
	uint64_t due_ns = clock_now_ns() + FILL_WITHIN_NS;
	for (;;) {
		struct sample now = read_now();
		uint64_t server = now.server.counters.gauge_tw;
		uint64_t client = now.client.counters.gauge_tw;
		if (server >= TIME_WAITS && client >= TIME_WAITS)
			break;
		if (clock_now_ns() > due_ns) {
			error_set(&error, STATUS_FAILED,
				"after 180 s only %llu and %llu TIME_WAITs",
				(unsigned long long)server, (unsigned long long)client);
			die();
		}
		load(server < TIME_WAITS ? &ways[0] : &ways[1], PERIOD_NS);
	}
}

static double load_sampled(double *cost_share)
{
	struct sampler_spec spec = {.flow = {.network = &network}, .period_ns = PERIOD_NS};
	struct sampler *sampler = sampler_create(&spec, &error);
	struct sample before;
	/* As a trial does. */
	if (!sampler || sampler_read(sampler, &before, &error) == -1 ||
		sampler_start(sampler, &error) == -1)
		die();
	double rate = load(&ways[2], WINDOW_NS);
	if (sampler_stop(sampler, &error) == -1)
		die();
	*cost_share = (double)sampler_series(sampler).cost_ns / (double)WINDOW_NS;
	sampler_destroy(sampler);
	return rate;
}

static void compare(void)
{
	double with[PAIRS], without[PAIRS], ratios[PAIRS], shares[PAIRS];
	for (int i = 0; i < PAIRS; i++) {
		/* Either order as often: what comes second finds a warmer machine. */
		if (i % 2)
			without[i] = load(&ways[2], WINDOW_NS);
		with[i] = load_sampled(&shares[i]);
		if (i % 2 == 0)
			without[i] = load(&ways[2], WINDOW_NS);
		ratios[i] = with[i] / without[i];
	}
	struct spread ratio = statistics_spread(ratios, PAIRS, STATISTICS_SEED);
	printf("with the sampler %.0f/s, without %.0f/s, ratio %.4f (%.4f to %.4f), of %d pairs; "
	       "its threads took %.2f %% of a processor\n",
		statistics_median(with, PAIRS), statistics_median(without, PAIRS), ratio.median,
		ratio.low, ratio.high, PAIRS, 100 * statistics_median(shares, PAIRS));
}

static void take_down(const char *what)
{
	uint64_t began_ns = clock_now_ns();
	network_destroy(&network);
	printf("%s: taken down after %.0f ms\n", what, (double)(clock_now_ns() - began_ns) / 1e6);
}

int main(int argc, char **argv)
{
	const struct network_spec spec = {
		.client_addresses = ADDRESSES, .port_low = 32768, .port_high = 60999};
	if (argc != 2) {
		fputs("usage: overhead TEARDOWN-SERVER\n", stderr);
		return STATUS_USAGE;
	}
	if (netns_prepare(&error) == -1 || network_create(&network, &spec, &error) == -1)
		die();
	take_down("empty namespaces");
	if (network_create(&network, &spec, &error) == -1)
		die();
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		server_start(&ways[i], argv[1]);
	sleep(1);
	fill();
	struct sample before = read_now();
	compare();
	struct sample after = read_now();
	printf("TIME_WAITs: server %llu to %llu, client %llu to %llu\n",
		(unsigned long long)before.server.counters.gauge_tw,
		(unsigned long long)after.server.counters.gauge_tw,
		(unsigned long long)before.client.counters.gauge_tw,
		(unsigned long long)after.client.counters.gauge_tw);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		process_stop(&ways[i].process, NS_PER_S);
	take_down("full ones");
	return STATUS_OK;
}
