#include "bench/trial/run_stage.h"

#include "bench/network/required.h"
#include "bench/options/agent_options.h"
#include "bench/options/asked_load.h"
#include "bench/options/clients.h"
#include "bench/options/family.h"
#include "bench/options/proxy.h"
#include "bench/options/third_party.h"
#include "bench/options/tls_options.h"
#include "common/clock.h"

#include <stdio.h>

#define SAMPLE_PERIOD_NS (100 * NS_PER_MS)
/* Of one connection that is looked at all the time. */
#define CLOSE_PERIOD_NS (2 * NS_PER_MS)
#define CLOSE_CENSUS_SHARE 1
/* Of a cell of few connections, in which what is held at the end decides. */
#define CELL_CENSUS_SHARE 10
/* Of each host of a fleet: more than a run has trials. */
#define FLEET_SEEDS (UINT64_C(1) << 32)
/* The packet tap narrows to one connection in eight where there may be plenty of them. */
#define PACKET_TAP_SHARE 8
#define PACKET_TAP_PLENTY 10000
#define LONG_LIVED_EXCHANGES 10
/* The proxy's ip_local_port_range, unless --sysctl says otherwise: the kernel's default. */
#define PROXY_PORT_LOW 32768
#define PROXY_PORT_HIGH 60999

/* The strategy's requirements, then the user's. */
static size_t settings_take(struct network_setting *settings, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	size_t count = required_settings(settings, trial->strategy);
	for (size_t i = 0; i < count; i++)
		settings[i].of_proxy = options->proxy_command && settings[i].end == TD_CLIENT;
	for (size_t i = 0; i < options->sysctls.count; i++)
		settings[count++] = options->settings[i];
	return count;
}

/* In front of a proxy, the proxy is the server, and the server is not there. Behind it, it is the
 * client. Returns how many are left. */
static size_t settings_of_hop(struct network_setting *settings, size_t count, uint32_t hop)
{
	size_t left = 0;
	for (size_t i = 0; i < count; i++) {
		struct network_setting setting = settings[i];
		if (!setting.of_proxy && setting.end != (hop == 0 ? TD_CLIENT : TD_SERVER))
			continue;
		if (setting.of_proxy)
			setting.end = hop == 0 ? TD_SERVER : TD_CLIENT;
		settings[left++] = setting;
	}
	return left;
}

static struct network_spec network_of(struct run_stage *stage, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	size_t count = settings_take(stage->settings, trial);
	if (options->proxy_command)
		count = settings_of_hop(stage->settings, count, 0);
	return (struct network_spec){
		.family = family_of(options),
		.client_addresses = (uint32_t)options->client_addresses,
		.port_low = options->port_low,
		.port_high = options->port_high,
		.settings = stage->settings,
		.setting_count = count,
		.has_wire = options->has_wire,
		.has_nat = options->nat,
		.has_beside_address = options->beside_count > 0,
		.shared_server = agent_options_are_given(options) ? &options->server_at : NULL,
		.has_isolated_server = agent_options_are_isolated(options),
		.has_bound_ports = trial->strategy->source_port == TD_PORT_BIND,
	};
}

static struct network_spec upstream_network_of(
	struct run_stage *stage, const struct trial_spec *trial)
{
	size_t count = settings_take(stage->upstream_settings, trial);
	return (struct network_spec){
		.family = family_of(trial->options),
		.client_addresses = (uint32_t)trial->options->proxy_addresses,
		.server_addresses = (uint32_t)trial->options->upstreams,
		.port_low = PROXY_PORT_LOW,
		.port_high = PROXY_PORT_HIGH,
		.settings = stage->upstream_settings,
		.setting_count = settings_of_hop(stage->upstream_settings, count, 1),
	};
}

static int server_command(const void *argument, const struct address *server,
	struct command *command, struct error *error)
{
	const struct run_stage *stage = argument;
	return third_party_server_command(
		stage->options, server, stage->certificate, command, error);
}

static int loader_command(const void *options, const struct address *server,
	struct command *command, struct error *error)
{
	return third_party_loader_command(options, server, command, error);
}

static int proxy_command_of(const void *argument, const struct address *server,
	struct command *command, struct error *error)
{
	const struct run_stage *stage = argument;
	(void)server;
	return proxy_command(stage->options, stage->certificate, command, error);
}

static struct server_program_spec proxy_of(
	const struct run_stage *stage, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	return (struct server_program_spec){
		.port = (uint16_t)options->server_port,
		.command = {proxy_command_of, stage},
		.command_line = options->proxy_command,
	};
}

static struct server_program_spec server_of(
	const struct run_stage *stage, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	return (struct server_program_spec){
		.port = (uint16_t)options->server_port,
		.is_family = options->event_count > 0,
		.command = {options->server_command ? server_command : NULL, stage},
		.strategy = trial->strategy,
		.threads = options->server_threads,
		.requests_per_connection = asked_requests_per_connection(options, trial->strategy),
		.response_bytes = options->response_bytes,
		.keep_alive_ns = options->keep_alive_ns,
		.max_body = options->max_body,
		.tls = tls_options_own_server(options),
	};
}

/* Starts of the hosts of a fleet lie evenly between each other's. */
static double phase_of(const struct fleet_share *fleet)
{
	return fleet->rank > 0 ? (double)fleet->rank / (double)fleet->hosts : 0;
}

static struct builtin_loader_spec loader_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	uint32_t plain = (uint32_t)clients_plain_connections(options);
	return (struct builtin_loader_spec){
		.strategy = asked_client(trial->options, trial->strategy),
		.server_port = (uint16_t)options->server_port,
		.connections = plain,
		.threads = plain > 0 ? (uint32_t)options->threads : 0,
		.clients = {options->shares, (uint32_t)options->share_count},
		.beside = {options->beside_shares, (uint32_t)options->beside_count, true},
		.thinking = options->thinking,
		.total = clients_plain_total(options),
		.arrivals = options->arrives,
		.rate_per_s = options->ramp   ? options->rising.first_per_s
			      : options->rate ? options->rate
					      : options->request_rate,
		.phase = phase_of(&options->fleet),
		.ramp = options->rising,
		.by_request = options->request_rate > 0,
		.connect_batch = (uint32_t)options->connect_batch,
		.seed = options->seed + trial->order + (uint64_t)options->fleet.rank * FLEET_SEEDS,
		.requests_per_connection =
			asked_requests_of_client(trial->options, trial->strategy),
		.warmup_ns = options->warmup_ns,
		.timeout_ns = options->timeout_ns,
		.response_bytes = asked_response_bytes(options),
		.expected = options->expected,
		.has_events = options->event_count > 0,
		.announce_close = third_party_announce_close(options),
		.tls = options->tls,
		.tls_resumes = tls_options_resume(options),
		.verify = trial->verify,
	};
}

static uint32_t tap_share_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	bool few = options->total && options->total < PACKET_TAP_PLENTY;
	/* What is not seen is not told from what others do. */
	bool is_shared = agent_options_are_given(options);
	bool long_lived =
		asked_requests_of_client(trial->options, trial->strategy) >= LONG_LIVED_EXCHANGES;
	return few || long_lived || is_shared ? 1 : PACKET_TAP_SHARE;
}

/* What the client asks the proxy for, it asks the server for. */
static void upstream_init(struct run_stage *stage, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	stage->upstream_server = server_of(stage, trial);
	stage->upstream = (struct stage_spec){
		.network = upstream_network_of(stage, trial),
		.instruments = {.sample_period_ns = SAMPLE_PERIOD_NS,
			.packet_tap_share = tap_share_of(trial),
			.sees_heads = true},
		.server = &stage->upstream_server,
		.has_launcher = options->event_count > 0,
		.interrupted = trial->interrupted,
	};
	stage->spec.upstream = &stage->upstream;
}

void run_stage_init(struct run_stage *stage, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	stage->options = options;
	stage->certificate = NULL;
	stage->server = options->proxy_command ? proxy_of(stage, trial) : server_of(stage, trial);
	stage->load = (struct stage_load_spec){
		.command = {third_party_make_load(options) ? loader_command : NULL, options},
		.loader = loader_of(trial),
		.request =
			{
				.path = options->path,
				.headers = options->headers,
				.body_bytes = options->request_bytes,
			},
	};
	bool is_close = trial->capture_path != NULL;
	stage->spec = (struct stage_spec){
		.network = network_of(stage, trial),
		.wire = {options->impairment, options->seed + trial->order, trial->capture_path},
		.nat = options->nat_range,
		.instruments = {.sample_period_ns = is_close ? CLOSE_PERIOD_NS : SAMPLE_PERIOD_NS,
			.packet_tap_share = tap_share_of(trial),
			.sees_heads = third_party_make_load(options),
			.sees_hellos = options->tls,
			.census_share = is_close          ? CLOSE_CENSUS_SHARE
					: options->matrix ? CELL_CENSUS_SHARE
							  : 0},
		.server = &stage->server,
		.agent_argv = options->agent_argv,
		.has_launcher = options->event_count > 0,
		.load = &stage->load,
		.interrupted = trial->interrupted,
	};
	if (options->proxy_command)
		upstream_init(stage, trial);
}
