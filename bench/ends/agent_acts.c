#include "bench/ends/agent_acts.h"

#include "bench/ends/end_json.h"
#include "bench/network/applied.h"
#include "bench/network/netns.h"
#include "bench/network/settings.h"
#include "common/clock.h"
#include "strategies/core/registry.h"
#include "teardown/version.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int agent_answer_send(struct agent *agent, json_t *object, struct error *error)
{
	if (!object)
		return error_set(error, STATUS_FAILED, "no memory for an answer");
	int result = json_dumpf(object, agent->out, JSON_COMPACT);
	json_decref(object);
	if (result == -1 || fputc('\n', agent->out) == EOF || fflush(agent->out) == EOF)
		return error_set_errno(error, STATUS_FAILED, "the other side cannot be answered");
	return 0;
}

static int hello(struct agent *agent, const struct agent_request *request, struct error *error)
{
	struct utsname host;
	if (request->protocol != AGENT_PROTOCOL)
		return error_set(error, STATUS_USAGE,
			"hello: this agent, of teardown " TD_VERSION ", speaks protocol %d only",
			AGENT_PROTOCOL);
	json_t *names = json_array();
	for (size_t i = 0; i < registry_count; i++)
		json_array_append_new(names, json_string(registry_strategies[i]->name));
	return agent_answer_send(agent,
		json_pack("{s:s, s:i, s:s, s:s, s:i, s:o}", "did", "hello", "protocol",
			AGENT_PROTOCOL, "version", TD_VERSION, "kernel",
			uname(&host) == 0 ? host.release : "", "cpus",
			(int)sysconf(_SC_NPROCESSORS_ONLN), "strategies", names),
		error);
}

static int ping(struct agent *agent, const struct agent_request *request, struct error *error)
{
	(void)request;
	return agent_answer_send(agent,
		json_pack("{s:s, s:I}", "did", "ping", "at_ns", (json_int_t)clock_now_ns()), error);
}

static int settings_note_here(void *network, struct error *error)
{
	return settings_note(network, TD_SERVER, error);
}

/* Of the host's own network settings are written where the agent's command line says so, and only
 * those that the strategy requires. `strategy` may be NULL. */
static int network_join(
	struct agent *agent, const struct td_strategy *strategy, struct error *error)
{
	if (agent->spec->isolated)
		return isolated_create(
			&agent->network, &agent->spare, agent->spec->isolated, strategy, error);
	if (strategy && agent->spec->applies &&
		applied_begin(&agent->applied, strategy, TD_SERVER, error) == -1)
		return -1;
	agent->network.server_netns = NETNS_OWN;
	return netns_run(NETNS_OWN, settings_note_here, &agent->network, error);
}

static int network_open(
	struct agent *agent, const struct agent_request *request, struct error *error)
{
	const struct td_strategy *strategy = NULL;
	if (request->strategy[0] && !(strategy = registry_find(request->strategy, error)))
		return -1;
	agent->network.has_any_client = true;
	if (network_join(agent, strategy, error) == -1)
		return -1;
	return agent_answer_send(agent,
		json_pack("{s:s, s:s, s:b, s:o}", "did", "open", "network",
			agent->spec->isolated ? "isolated" : "shared", "applies",
			agent->spec->isolated || agent->spec->applies, "settings",
			end_json_settings(&agent->network)),
		error);
}

/* Whether a connection of another host may have it as the one that it goes to. */
static bool is_of_one_host(const struct address *address)
{
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address_sockaddr(address);
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)address_sockaddr(address);
	if (address_family(address) == AF_INET)
		return ipv4->sin_addr.s_addr != htonl(INADDR_ANY) &&
		       !IN_MULTICAST(ntohl(ipv4->sin_addr.s_addr));
	return !IN6_IS_ADDR_UNSPECIFIED(&ipv6->sin6_addr) &&
	       !IN6_IS_ADDR_MULTICAST(&ipv6->sin6_addr) && !IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr);
}

static int address_take(
	struct agent *agent, const struct agent_request *request, struct error *error)
{
	struct address *address = &agent->network.server_address;
	char text[sizeof(request->address) + 8];
	snprintf(text, sizeof(text), strchr(request->address, ':') ? "[%s]:0" : "%s:0",
		request->address);
	if (address_parse(text, address) == -1)
		return error_set(
			error, STATUS_USAGE, "serve: \"%s\" is no address", request->address);
	if (!is_of_one_host(address))
		return error_set(error, STATUS_USAGE,
			"serve: \"%s\" is not an address of one host, to which clients connect",
			request->address);
	return 0;
}

static int serve(struct agent *agent, const struct agent_request *request, struct error *error)
{
	/* By its name: registry_resolve() would load a plug-in. */
	const struct td_strategy *strategy = registry_find(request->strategy, error);
	if (!strategy || address_take(agent, request, error) == -1)
		return -1;
	agent->program = (struct server_program_spec){
		.port = (uint16_t)request->port,
		.strategy = strategy,
		.threads = request->threads,
		.requests_per_connection = (uint32_t)request->requests_per_connection,
		.response_bytes = request->response_bytes,
		.keep_alive_ns = request->keep_alive_ns,
		.max_body = request->max_body_bytes,
		.tls = request->tls,
	};
	const struct load_flow flow = {&agent->network, agent->program.port};
	if (server_end_serve(&agent->end, &flow, &agent->program, NULL, error) == -1)
		return -1;
	return agent_answer_send(agent, json_pack("{s:s}", "did", "serve"), error);
}

static int sample_answer(struct agent *agent, const char *did, int64_t waiting, struct error *error)
{
	struct sample sample;
	if (sampler_read(agent->sampler, &sample, error) == -1)
		return -1;
	return agent_answer_send(agent,
		json_pack("{s:s, s:I, s:I, s:I, s:o}", "did", did, "at_ns",
			(json_int_t)sample.at_ns, "waiting", (json_int_t)waiting, "cpu_ns",
			(json_int_t)server_end_cpu_ns(&agent->end), "sample",
			record_json(&end_sample_record, &sample.server)),
		error);
}

static void progress_ask(void *argument, struct sample_progress *progress)
{
	struct agent *agent = argument;
	progress->server_cpu_ns = server_end_cpu_ns(&agent->end);
}

/* What is read before the load. */
static int load(struct agent *agent, const struct agent_request *request, struct error *error)
{
	const struct sampler_spec spec = {
		.flow = {&agent->network, agent->program.port},
		.period_ns = request->sample_period_ns,
	};
	agent->sampler = sampler_create(&spec, error);
	if (!agent->sampler || server_end_begin(&agent->end, error) == -1)
		return -1;
	int64_t waiting = server_end_waiting(&agent->end, error);
	return waiting == -1 ? -1 : sample_answer(agent, "load", waiting, error);
}

static int arm(struct agent *agent, const struct agent_request *request, struct error *error)
{
	const struct server_end_load load = {request->connections, request->timeout_ns};
	sampler_progress(agent->sampler, progress_ask, agent);
	if (server_end_arm(&agent->end, &load, error) == -1 ||
		sampler_start(agent->sampler, error) == -1)
		return -1;
	return agent_answer_send(agent,
		json_pack("{s:s, s:I}", "did", "arm", "at_ns", (json_int_t)clock_now_ns()), error);
}

static int beat(struct agent *agent, const struct agent_request *request, struct error *error)
{
	char end[300] = "";
	agent->closes_late |= request->closes_late > 0;
	bool runs = server_end_runs(&agent->end);
	if (!runs)
		server_end_describe(&agent->end, end, sizeof(end));
	return agent_answer_send(agent,
		json_pack("{s:s, s:b, s:s}", "did", "beat", "runs", runs, "end", end), error);
}

/* The load is over. */
static int stop(struct agent *agent, const struct agent_request *request, struct error *error)
{
	(void)request;
	if (server_end_load_is_over(&agent->end, error) == -1 ||
		sampler_stop(agent->sampler, error) == -1)
		return -1;
	return agent_answer_send(agent, json_pack("{s:s}", "did", "stop"), error);
}

/* A sample, and how many connections accept(2) has not taken: the other side knows when all is
 * closed. */
static int settle(struct agent *agent, const struct agent_request *request, struct error *error)
{
	(void)request;
	int64_t waiting = server_end_waiting(&agent->end, error);
	server_end_look_at_program(&agent->end);
	return waiting == -1 ? -1 : sample_answer(agent, "settle", waiting, error);
}

static int samples_answer(
	struct agent *agent, const struct sampler_series *series, struct error *error)
{
	for (size_t i = 0; i < series->count; i++)
		if (agent_answer_send(agent,
			    record_json(&end_load_sample_record, &series->samples[i]), error) == -1)
			return -1;
	return 0;
}

/* The answer is followed by the samples of the load, a line each. */
static int report(struct agent *agent, const struct agent_request *request, struct error *error)
{
	(void)request;
	struct census_open open;
	struct held_sockets held;
	if (server_end_settled(&agent->end, error) == -1 ||
		sampler_open(agent->sampler, &open, &held, error) == -1 ||
		server_end_report(&agent->end, &held, error) == -1)
		return -1;
	struct sampler_series series = sampler_series(agent->sampler);
	if (agent_answer_send(agent,
		    json_pack("{s:s, s:o, s:I, s:I, s:I, s:I}", "did", "report", "report",
			    record_json(&end_report_record, &agent->end.report), "still_open",
			    (json_int_t)open.connections, "close_wait_ms",
			    (json_int_t)open.server_close_wait_ms, "samples_missed",
			    (json_int_t)series.missed, "samples", (json_int_t)series.count),
		    error) == -1)
		return -1;
	return samples_answer(agent, &series, error);
}

static int close_all(struct agent *agent, const struct agent_request *request, struct error *error)
{
	(void)request;
	char end[300] = "";
	bool had_server = agent->end.kind != NULL;
	/* The sampler's thread asks the server. */
	if (agent->sampler)
		sampler_stop(agent->sampler, NULL);
	bool is_clean = server_end_stop(&agent->end) == 0;
	if (had_server)
		server_end_describe(&agent->end, end, sizeof(end));
	return agent_answer_send(agent,
		json_pack("{s:s, s:b, s:s}", "did", "close", "clean", !had_server || is_clean,
			"end", end),
		error);
}

const struct agent_act agent_acts[AGENT_WORDS] = {
	[AGENT_HELLO] = {AGENT_NEW, AGENT_NEW, AGENT_GREETED, hello},
	[AGENT_PING] = {AGENT_GREETED, AGENT_REPORTED, AGENT_NEW, ping},
	[AGENT_OPEN] = {AGENT_GREETED, AGENT_GREETED, AGENT_OPENED, network_open},
	[AGENT_SERVE] = {AGENT_OPENED, AGENT_OPENED, AGENT_SERVING, serve},
	[AGENT_LOAD] = {AGENT_SERVING, AGENT_SERVING, AGENT_READY, load},
	[AGENT_ARM] = {AGENT_READY, AGENT_READY, AGENT_ARMED, arm},
	[AGENT_BEAT] = {AGENT_SERVING, AGENT_REPORTED, AGENT_NEW, beat},
	[AGENT_STOP] = {AGENT_ARMED, AGENT_ARMED, AGENT_STOPPED, stop},
	[AGENT_SETTLE] = {AGENT_STOPPED, AGENT_STOPPED, AGENT_NEW, settle},
	[AGENT_REPORT] = {AGENT_STOPPED, AGENT_STOPPED, AGENT_REPORTED, report},
	[AGENT_CLOSE] = {AGENT_GREETED, AGENT_REPORTED, AGENT_CLOSED, close_all},
};
