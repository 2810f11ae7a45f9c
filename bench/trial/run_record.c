#include "bench/trial/run_record.h"

#include "bench/options/asked_load.h"
#include "bench/options/client_end.h"
#include "bench/options/clients.h"
#include "bench/options/third_party.h"

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
		.requests_per_connection =
			asked_requests_of_client(trial->options, trial->strategy),
		.response_bytes = asked_response_bytes(options),
		.expected = options->expected,
		.source_port = is_third_party ? "loader"
					      : client_end_source(asked_client(
							trial->options, trial->strategy)),
		.client_close = is_third_party ? "loader"
					       : client_end_close(asked_client(
							 trial->options, trial->strategy)),
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
struct trial run_record_upstream(const struct trial_spec *spec)
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
		.requests_per_connection = asked_requests_per_connection(options, spec->strategy),
		.response_bytes = asked_response_bytes(options),
		.source_port = "loader",
		.client_close = "loader",
		.ramp = options->rising,
		.loop = "unknown",
		.arrivals = options->arrivals,
	};
	return trial;
}

struct trial run_record(const struct trial_spec *spec)
{
	struct trial trial = record_of(spec);
	trial.server =
		spec->options->proxy_command ? proxy_identity_of(spec) : server_identity_of(spec);
	return trial;
}
