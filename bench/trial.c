#include "bench/trial.h"

#include "bench/load/loader.h"
#include "bench/process.h"
#include "bench/request.h"
#include "common/clock.h"
#include "strategies/core/executor.h"
#include "strategies/core/registry.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libgen.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAMPLE_PERIOD_NS (100 * NS_PER_MS)
#define LISTEN_WITHIN_NS (5 * NS_PER_S)
#define SETTLE_WITHIN_NS (2 * NS_PER_S)
#define STOP_WITHIN_NS (8 * NS_PER_S)
#define TURN_NS (20 * NS_PER_MS)
/* The witness sees one connection in eight where there are plenty of them. */
#define WITNESS_SHARE 8
#define WITNESS_PLENTY 10000
#define WITNESS_PLENTY_OF_PORTS 4096

/* What lives as long as the trial runs. */
struct stage {
	struct network network;
	struct request request;
	struct sampler *sampler;
	struct witness *witness;
	struct process server;
	struct loader *loader;
};

uint32_t trial_requests_per_connection(const struct trial_spec *spec)
{
	uint64_t asked = spec->options->requests_per_connection;
	return asked ? (uint32_t)asked : strategy_exchanges(spec->strategy);
}

static void pause_for(uint64_t ns)
{
	nanosleep(&(struct timespec){.tv_nsec = (long)ns}, NULL);
}

static int network_build(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	const struct run_options *options = spec->options;
	struct network_setting settings[TD_REQUIREMENTS_MAX + OPTION_LIST_MAX];
	size_t count = 0;
	const struct td_requirement *need = spec->strategy->requirements;
	for (; count < TD_REQUIREMENTS_MAX && need[count].sysctl; count++) {
		struct network_setting *s = &settings[count];
		*s = (struct network_setting){.end = need[count].end};
		snprintf(s->name, sizeof(s->name), "%s", need[count].sysctl);
		snprintf(s->value, sizeof(s->value), "%s", need[count].value);
	}
	for (size_t i = 0; i < options->sysctls.count; i++)
		settings[count++] = options->settings[i];
	return network_create(&stage->network,
		&(struct network_spec){
			.client_addresses = (uint32_t)options->client_addresses,
			.port_low = options->port_low,
			.port_high = options->port_high,
			.settings = settings,
			.setting_count = count,
		},
		error);
}

/* teardown-server beside this program: in the build tree, or installed. */
static int server_path(char *path, size_t size, struct error *error)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n == -1)
		return error_set_errno(error, STATUS_FAILED, "/proc/self/exe");
	self[n] = '\0';
	const char *folder = dirname(self);
	static const char *const places[] = {"%s/teardown-server", "%s/../server/teardown-server",
		"%s/../../server/teardown-server"};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(path, size, places[i], folder);
		if (access(path, X_OK) == 0)
			return 0;
	}
	return error_set(error, STATUS_FAILED, "teardown-server is not beside %s", folder);
}

static int server_await(struct stage *stage, struct error *error)
{
	uint64_t due = clock_now_ns() + LISTEN_WITHIN_NS;
	while (process_poll(&stage->server)) {
		int listens = sampler_server_listens(stage->sampler, TRIAL_SERVER_PORT, error);
		if (listens != 0)
			return listens == 1 ? 0 : -1;
		if (clock_now_ns() > due)
			return error_set(error, STATUS_FAILED,
				"the server does not listen on port %d after 5 s",
				TRIAL_SERVER_PORT);
		pause_for(NS_PER_MS);
	}
	char end[300];
	process_describe_end(&stage->server, end, sizeof(end));
	return error_set(error, STATUS_FAILED, "the server ended before it listened: it %s", end);
}

static int server_start(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	char path[4200], listen[64], threads[24], requests[24], bytes[24];
	if (server_path(path, sizeof(path), error) == -1)
		return -1;
	snprintf(listen, sizeof(listen), "%s:%d", inet_ntoa(stage->network.server_address),
		TRIAL_SERVER_PORT);
	snprintf(threads, sizeof(threads), "%llu",
		(unsigned long long)spec->options->server_threads);
	snprintf(requests, sizeof(requests), "%u", trial_requests_per_connection(spec));
	snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)spec->options->response_bytes);
	char *argv[] = {path, "--listen", listen, "--strategy",
		(char *)registry_argument(spec->strategy), "--threads", threads,
		"--requests-per-connection", requests, "--response-bytes", bytes, NULL};
	if (process_start(&stage->server, stage->network.server_netns, argv, error) == -1)
		return -1;
	return server_await(stage, error);
}

static uint32_t witness_share(const struct trial_spec *spec, const struct network *network)
{
	uint16_t low, high;
	network_port_range(network, &low, &high);
	const struct run_options *options = spec->options;
	bool few = options->total && options->total < WITNESS_PLENTY;
	bool long_lived = trial_requests_per_connection(spec) >= 10;
	bool few_ports = high - low + 1 < WITNESS_PLENTY_OF_PORTS;
	return few || long_lived || few_ports ? 1 : WITNESS_SHARE;
}

static int loader_build(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	const struct run_options *options = spec->options;
	uint16_t low, high;
	network_port_range(&stage->network, &low, &high);
	if (request_create(&stage->request, options, &stage->network, TRIAL_SERVER_PORT, error) ==
		-1)
		return -1;
	stage->loader = loader_create(
		&(struct loader_spec){
			.network = &stage->network,
			.strategy = spec->strategy,
			.server_port = TRIAL_SERVER_PORT,
			.connections = (uint32_t)options->connections,
			.threads = (uint32_t)options->threads,
			.total = options->total,
			.arrivals = options->arrives,
			.rate_per_s = options->rate,
			.seed = options->seed + spec->order,
			.requests_per_connection = trial_requests_per_connection(spec),
			.warmup_ns = options->warmup_ns,
			.timeout_ns = options->timeout_ns,
			.response_bytes = options->response_bytes,
			.request = stage->request.plain,
			.last_request = stage->request.last,
			.port_low = low,
			.port_high = high,
			.verify = spec->verify,
		},
		error);
	return stage->loader ? 0 : -1;
}

static int stage_set(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	if (network_build(stage, spec, error) == -1)
		return -1;
	struct sampler_spec sampler = {
		.network = &stage->network,
		.period_ns = SAMPLE_PERIOD_NS,
	};
	stage->sampler = sampler_create(&sampler, error);
	if (!stage->sampler)
		return -1;
	if (server_start(stage, spec, error) == -1)
		return -1;
	stage->witness = witness_create(
		&stage->network, TRIAL_SERVER_PORT, witness_share(spec, &stage->network), error);
	if (!stage->witness)
		return -1;
	return loader_build(stage, spec, error);
}

static void stage_clear(struct stage *stage)
{
	process_stop(&stage->server, STOP_WITHIN_NS);
	loader_destroy(stage->loader);
	witness_destroy(stage->witness);
	sampler_destroy(stage->sampler);
	request_destroy(&stage->request);
	network_destroy(&stage->network);
}

/* The server's end is a failure of the trial, not of the run. */
static void server_check(struct stage *stage, struct trial *trial)
{
	if (process_poll(&stage->server) || trial->failure[0])
		return;
	char end[300];
	process_describe_end(&stage->server, end, sizeof(end));
	snprintf(trial->failure, sizeof(trial->failure), "in the middle of the trial the server %s",
		end);
}

static void progress_ask(void *argument, struct sample_progress *progress)
{
	struct stage *stage = argument;
	struct timespec cpu;
	loader_progress(stage->loader, progress);
	if (clock_gettime(stage->server.cpu_clock, &cpu) == 0)
		progress->server_cpu_ns = clock_timespec_ns(&cpu);
}

static int load_run(struct stage *stage, struct trial *trial, struct error *error)
{
	const struct run_options *options = trial->spec.options;
	uint64_t length = options->warmup_ns + options->duration_ns;
	sampler_progress(stage->sampler, progress_ask, stage);
	if (sampler_start(stage->sampler, error) == -1)
		return -1;
	trial->started_ns = clock_now_ns();
	loader_start(stage->loader);
	while (!loader_is_done(stage->loader)) {
		pause_for(TURN_NS);
		witness_poll(stage->witness);
		server_check(stage, trial);
		trial->interrupted = *trial->spec.interrupted;
		if (clock_now_ns() - trial->started_ns >= length || trial->failure[0] ||
			trial->interrupted)
			loader_stop(stage->loader);
	}
	int result = loader_join(stage->loader, &trial->tally, error);
	trial->window_ns = loader_window_ns(stage->loader);
	return sampler_stop(stage->sampler, error) == -1 ? -1 : result;
}

/* Sockets that are neither listening nor in TIME_WAIT: their closing is not over. */
static uint64_t unsettled(const struct diag_census *census)
{
	uint64_t sum = 0;
	for (int state = 0; state < DIAG_STATES; state++)
		if (state != TCP_LISTEN && state != TCP_TIME_WAIT)
			sum += census->states[state];
	return sum;
}

static int settle(struct stage *stage, struct trial *trial, struct error *error)
{
	uint64_t due = clock_now_ns() + SETTLE_WITHIN_NS;
	for (;;) {
		if (sampler_read(stage->sampler, &trial->after, error) == -1)
			return -1;
		witness_poll(stage->witness);
		if (unsettled(&trial->after.server.census) +
					unsettled(&trial->after.client.census) ==
				0 ||
			clock_now_ns() > due)
			return 0;
		pause_for(TURN_NS);
	}
}

static int samples_keep(struct stage *stage, struct trial *trial, struct error *error)
{
	struct sampler_series series = sampler_series(stage->sampler);
	trial->samples = malloc((series.count + 1) * sizeof(*trial->samples));
	if (!trial->samples)
		return error_set(error, STATUS_FAILED, "no memory for the samples");
	if (series.count)
		memcpy(trial->samples, series.samples, series.count * sizeof(*trial->samples));
	trial->sample_count = series.count;
	trial->samples_missed = series.missed;
	trial->sampler_cost_ns = series.cost_ns;
	return 0;
}

static int stage_play(struct stage *stage, struct trial *trial, struct error *error)
{
	uint64_t ignored;
	memcpy(trial->settings, stage->network.settings, sizeof(trial->settings));
	trial->setting_count = stage->network.setting_count;
	network_port_range(&stage->network, &trial->port_low, &trial->port_high);
	trial->server_address = stage->network.server_address;
	trial->client_address = network_client_address(&stage->network, 0);
	if (sampler_read(stage->sampler, &trial->before, error) == -1)
		return -1;
	uint64_t cpu_before = process_cpu_ns(&stage->server);
	trial->server_rss_before = process_rss_bytes(&stage->server, &ignored);
	if (load_run(stage, trial, error) == -1 || settle(stage, trial, error) == -1)
		return -1;
	trial->after.progress.completed = trial->tally.outcomes[OUTCOME_COMPLETED];
	server_check(stage, trial);
	uint64_t cpu_after = process_cpu_ns(&stage->server);
	trial->server_cpu_ns = cpu_after > cpu_before ? cpu_after - cpu_before : 0;
	process_rss_bytes(&stage->server, &trial->server_rss_peak);
	witness_finish(stage->witness, &trial->witness);
	if (process_stop(&stage->server, STOP_WITHIN_NS) == -1 && !trial->failure[0]) {
		char end[300];
		process_describe_end(&stage->server, end, sizeof(end));
		snprintf(trial->failure, sizeof(trial->failure), "on SIGTERM the server %s", end);
	}
	return samples_keep(stage, trial, error);
}

int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error)
{
	struct stage stage = {
		.network = {.server_netns = -1, .client_netns = -1},
		.server = {.output_fd = -1},
	};
	*trial = (struct trial){.spec = *spec};
	int result = stage_set(&stage, spec, error);
	if (result == 0)
		result = stage_play(&stage, trial, error);
	stage_clear(&stage);
	if (result == -1)
		trial_finish(trial);
	return result;
}

void trial_finish(struct trial *trial)
{
	tally_finish(&trial->tally);
	free(trial->samples);
	trial->samples = NULL;
}
