#include "bench/trial/stage.h"

#include "bench/load/loader.h"
#include "bench/load/third_party.h"
#include "bench/options/third_party.h"
#include "common/clock.h"

#include <stdio.h>

#define SAMPLE_PERIOD_NS (100 * NS_PER_MS)
/* The packet tap sees one connection in eight where there are plenty of them. */
#define PACKET_TAP_SHARE 8
#define PACKET_TAP_PLENTY 10000
#define PACKET_TAP_PLENTY_OF_PORTS 4096

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

static uint32_t packet_tap_share(const struct trial_spec *spec, const struct network *network)
{
	uint16_t low, high;
	network_port_range(network, &low, &high);
	const struct run_options *options = spec->options;
	bool few = options->total && options->total < PACKET_TAP_PLENTY;
	bool long_lived = trial_requests_per_connection(spec) >= 10;
	bool few_ports = high - low + 1 < PACKET_TAP_PLENTY_OF_PORTS;
	return few || long_lived || few_ports ? 1 : PACKET_TAP_SHARE;
}

static int loader_build(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	const struct run_options *options = spec->options;
	uint16_t low, high;
	network_port_range(&stage->network, &low, &high);
	if (request_create(&stage->request, options, &stage->network,
		    (uint16_t)spec->options->server_port, error) == -1)
		return -1;
	struct loader *loader = loader_create(
		&(struct loader_spec){
			.network = &stage->network,
			.strategy = spec->strategy,
			.server_port = (uint16_t)spec->options->server_port,
			.connections = (uint32_t)options->connections,
			.threads = (uint32_t)options->threads,
			.total = options->total,
			.arrivals = options->arrives,
			.rate_per_s = options->rate,
			.volley = (uint32_t)options->volley,
			.seed = options->seed + spec->order,
			.requests_per_connection = trial_requests_per_connection(spec),
			.warmup_ns = options->warmup_ns,
			.timeout_ns = options->timeout_ns,
			.response_bytes = options->server_command ? 0 : options->response_bytes,
			.announce_close = third_party_announce_close(options),
			.request = stage->request.plain,
			.last_request = stage->request.last,
			.port_low = low,
			.port_high = high,
			.verify = spec->verify,
		},
		error);
	stage->load = load_builtin(loader);
	return loader ? 0 : -1;
}

static int third_party_build(
	struct stage *stage, const struct run_options *options, struct error *error)
{
	struct command command;
	if (third_party_loader_command(options, stage->network.server_address, &command, error) ==
		-1)
		return -1;
	return third_party_create(&stage->load, stage->network.client_netns, &command,
		third_party_load_is_wrk(options), error);
}

int stage_set(struct stage *stage, const struct trial_spec *spec, struct error *error)
{
	*stage = (struct stage){
		.network = {.server_netns = -1, .client_netns = -1},
		.server = {.output_fd = -1},
	};
	if (network_build(stage, spec, error) == -1)
		return -1;
	struct sampler_spec sampler = {
		.network = &stage->network,
		.period_ns = SAMPLE_PERIOD_NS,
	};
	stage->sampler = sampler_create(&sampler, error);
	if (!stage->sampler)
		return -1;
	if (stage_server_start(stage, spec, error) == -1)
		return -1;
	stage->packet_tap = packet_tap_create(&stage->network, (uint16_t)spec->options->server_port,
		packet_tap_share(spec, &stage->network), error);
	if (!stage->packet_tap)
		return -1;
	return third_party_make_load(spec->options) ? third_party_build(stage, spec->options, error)
						    : loader_build(stage, spec, error);
}

void stage_clear(struct stage *stage)
{
	if (stage->sampler) /* It asks the server and the load. */
		sampler_stop(stage->sampler, NULL);
	stage_server_stop(stage);
	load_destroy(&stage->load);
	packet_tap_destroy(stage->packet_tap);
	sampler_destroy(stage->sampler);
	request_destroy(&stage->request);
	network_destroy(&stage->network);
}
