#include "bench/trial/run_stage.h"

#include "bench/options/client_end.h"
#include "bench/options/clients.h"
#include "bench/options/family.h"
#include "bench/options/proxy.h"
#include "bench/options/third_party.h"
#include "common/clock.h"
#include "strategies/core/defaults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE_PERIOD_NS (100 * NS_PER_MS)
/* Of one connection that is looked at all the time. */
#define CLOSE_PERIOD_NS (2 * NS_PER_MS)
#define CLOSE_CENSUS_SHARE 1
/* Of a cell of few connections, in which what is held at the end decides. */
#define CELL_CENSUS_SHARE 10
/* The packet tap narrows to one connection in eight where there may be plenty of them. */
#define PACKET_TAP_SHARE 8
#define PACKET_TAP_PLENTY 10000
#define LONG_LIVED_EXCHANGES 10
/* The proxy's ip_local_port_range, unless --sysctl says otherwise: the kernel's default. */
#define PROXY_PORT_LOW 32768
#define PROXY_PORT_HIGH 60999

static uint32_t exchanges_of(const struct run_options *options, const struct td_strategy *strategy)
{
	uint64_t asked = options->requests_per_connection;
	uint32_t own = strategy_exchanges(strategy), of_clients = clients_exchanges(options);
	return asked ? (uint32_t)asked : own > of_clients ? own : of_clients;
}

/* The client's end of a strategy is that which connects to the strategy's server: here the proxy.
 */
static const struct td_strategy *client_of(const struct trial_spec *trial)
{
	return trial->options->proxy_command ? &client_end_alone : trial->strategy;
}

uint32_t run_stage_requests_per_connection(const struct trial_spec *trial)
{
	return exchanges_of(trial->options, client_of(trial));
}

/* The strategy's requirements, then the user's. */
static size_t settings_take(struct network_setting *settings, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	const struct td_requirement *need = trial->strategy->requirements;
	size_t count = 0;
	for (; count < TD_REQUIREMENTS_MAX && need[count].sysctl; count++) {
		struct network_setting *s = &settings[count];
		*s = (struct network_setting){.end = need[count].end};
		s->of_proxy = options->proxy_command && s->end == TD_CLIENT;
		snprintf(s->name, sizeof(s->name), "%s", need[count].sysctl);
		snprintf(s->value, sizeof(s->value), "%s", need[count].value);
	}
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

static int server_command(const void *options, const struct address *server,
	struct command *command, struct error *error)
{
	return third_party_server_command(options, server, command, error);
}

static int loader_command(const void *options, const struct address *server,
	struct command *command, struct error *error)
{
	return third_party_loader_command(options, server, command, error);
}

static int proxy_command_of(const void *options, const struct address *server,
	struct command *command, struct error *error)
{
	(void)server;
	return proxy_command(options, command, error);
}

static struct server_program_spec proxy_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	return (struct server_program_spec){
		.port = (uint16_t)options->server_port,
		.command = {proxy_command_of, options},
		.command_line = options->proxy_command,
	};
}

static struct server_program_spec server_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	return (struct server_program_spec){
		.port = (uint16_t)options->server_port,
		.is_family = options->event_count > 0,
		.command = {options->server_command ? server_command : NULL, options},
		.strategy = trial->strategy,
		.threads = options->server_threads,
		.requests_per_connection = exchanges_of(options, trial->strategy),
		.response_bytes = options->response_bytes,
		.keep_alive_ns = options->keep_alive_ns,
		.max_body = options->max_body,
	};
}

/* What a third party's server answers is not known; teardown-server's /bytes/N has N bytes. */
static uint64_t response_bytes(const struct run_options *options)
{
	static const char sized[] = "/bytes/";
	if (options->server_command)
		return 0;
	if (strncmp(options->path, sized, strlen(sized)) == 0)
		return strtoull(options->path + strlen(sized), NULL, 10);
	return options->response_bytes;
}

static struct builtin_loader_spec loader_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	uint32_t plain = (uint32_t)clients_plain_connections(options);
	return (struct builtin_loader_spec){
		.strategy = client_of(trial),
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
		.ramp = options->rising,
		.by_request = options->request_rate > 0,
		.connect_batch = (uint32_t)options->connect_batch,
		.seed = options->seed + trial->order,
		.requests_per_connection = run_stage_requests_per_connection(trial),
		.warmup_ns = options->warmup_ns,
		.timeout_ns = options->timeout_ns,
		.response_bytes = response_bytes(options),
		.expected = options->expected,
		.has_events = options->event_count > 0,
		.announce_close = third_party_announce_close(options),
		.verify = trial->verify,
	};
}

static uint32_t tap_share_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	bool few = options->total && options->total < PACKET_TAP_PLENTY;
	bool long_lived = run_stage_requests_per_connection(trial) >= LONG_LIVED_EXCHANGES;
	return few || long_lived ? 1 : PACKET_TAP_SHARE;
}

/* What the client asks the proxy for, it asks the server for. */
static void upstream_init(struct run_stage *stage, const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	stage->upstream_server = server_of(trial);
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
	stage->server = options->proxy_command ? proxy_of(trial) : server_of(trial);
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
			.census_share = is_close          ? CLOSE_CENSUS_SHARE
					: options->matrix ? CELL_CENSUS_SHARE
							  : 0},
		.server = &stage->server,
		.has_launcher = options->event_count > 0,
		.load = &stage->load,
		.interrupted = trial->interrupted,
	};
	if (options->proxy_command)
		upstream_init(stage, trial);
}

static struct load_summary load_of(const struct trial_spec *trial)
{
	const struct run_options *options = trial->options;
	/* What a third party's command does is not known; wrk is told its threads. */
	bool is_known = !options->loader_command;
	bool is_open = options->arrives != ARRIVALS_CLOSED;
	bool is_third_party = third_party_make_load(options);
	return (struct load_summary){
		.is_third_party = is_third_party,
		.is_wrk = third_party_load_is_wrk(options),
		.name = third_party_loader_name(options),
		.threads = is_known ? options->threads : 0,
		.connections = options->connections,
		.told_connections = third_party_tells_connections(options),
		.total = options->total,
		.warmup_ns = options->warmup_ns,
		.duration_ns = options->duration_ns,
		.timeout_ns = options->timeout_ns,
		.overtime_ns = third_party_overtime_ns(options),
		.requests_per_connection = run_stage_requests_per_connection(trial),
		.response_bytes = response_bytes(options),
		.expected = options->expected,
		.source_port = is_third_party ? "loader" : client_end_source(client_of(trial)),
		.client_close = is_third_party ? "loader" : client_end_close(client_of(trial)),
		.loop = !is_known ? "unknown"
			: is_open ? "open"
				  : "closed",
		.arrivals = options->arrivals,
		.rate_per_s = options->rate,
		.request_rate_per_s = options->request_rate,
		.ramp = options->rising,
	};
}

static struct trial record_of(const struct trial_spec *spec)
{
	const struct run_options *options = spec->options;
	struct trial trial = {
		.strategy = spec->strategy,
		.row = spec->row,
		.repeat = spec->repeat,
		.order = spec->order,
		.load = load_of(spec),
		.time_wait_life = time_wait_life_here(),
		.client_addresses = (uint32_t)options->client_addresses,
		.clients_deviate = !clients_follow(options),
		.wire = {.exists = options->has_wire, .impairment = options->impairment},
		.nat = {.exists = options->nat,
			.port_low = options->nat_range.port_low,
			.port_high = options->nat_range.port_high},
		.event_count = options->event_count,
	};
	for (size_t i = 0; i < options->event_count; i++)
		trial.events[i].spec = options->events[i];
	return trial;
}

static struct server_identity server_identity_of(const struct trial_spec *spec)
{
	const struct run_options *options = spec->options;
	bool is_third_party = options->server_command != NULL;
	return (struct server_identity){
		.is_third_party = is_third_party,
		.name = third_party_server_name(options),
		.port = (uint16_t)options->server_port,
		.threads = is_third_party ? 0 : options->server_threads,
	};
}

static struct server_identity proxy_identity_of(const struct trial_spec *spec)
{
	return (struct server_identity){
		.is_third_party = true,
		.is_proxy = true,
		.name = "proxy-command",
		.port = (uint16_t)spec->options->server_port,
	};
}

/* A proxy closes as it likes: what the strategy claims of its client is measured, and decides
 * nothing. */
struct trial run_stage_upstream_record(const struct trial_spec *spec)
{
	const struct run_options *options = spec->options;
	struct trial trial = record_of(spec);
	trial.server = server_identity_of(spec);
	trial.client_addresses = (uint32_t)options->proxy_addresses;
	trial.server_addresses = (uint32_t)options->upstreams;
	trial.clients_deviate = true;
	trial.load = (struct load_summary){
		.is_third_party = true,
		.is_proxy = true,
		.name = "proxy",
		.duration_ns = trial.load.duration_ns,
		.timeout_ns = trial.load.timeout_ns,
		.expected = options->expected,
		.requests_per_connection = exchanges_of(options, spec->strategy),
		.response_bytes = response_bytes(options),
		.source_port = "loader",
		.client_close = "loader",
		.ramp = options->rising,
		.loop = "unknown",
		.arrivals = options->arrivals,
	};
	return trial;
}

struct trial run_stage_record(const struct trial_spec *spec)
{
	struct trial trial = record_of(spec);
	trial.server =
		spec->options->proxy_command ? proxy_identity_of(spec) : server_identity_of(spec);
	return trial;
}
