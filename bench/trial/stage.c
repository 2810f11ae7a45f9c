#include "bench/trial/stage.h"

#include "bench/load/proxy_load.h"

#include <assert.h>
#include <stdlib.h>

/* With fewer ports than this, each connection is looked at. */
#define PLENTY_OF_PORTS 4096

/* That which shares the proxy's namespace with this one. */
static const struct network *other_hop_of(const struct stage *stage, const struct stage_spec *spec)
{
	return stage->upstream ? &stage->upstream->network : spec->network.before;
}

static int packet_tap_open(
	struct stage *stage, const struct stage_spec *spec, uint16_t port, struct error *error)
{
	uint16_t low, high;
	network_port_range(&stage->network, &low, &high);
	bool few_ports = high - low + 1 < PLENTY_OF_PORTS ||
			 (spec->network.has_nat &&
				 spec->nat.port_high - spec->nat.port_low + 1 < PLENTY_OF_PORTS);
	const struct load_flow flow = {&stage->network, port, other_hop_of(stage, spec)};
	stage->packet_tap =
		packet_tap_create(&flow, few_ports ? 1 : spec->instruments.packet_tap_share, error);
	if (!stage->packet_tap)
		return -1;
	if (!spec->instruments.sees_heads && !spec->instruments.sees_hellos)
		return 0;
	return packet_tap_see_responses(stage->packet_tap, spec->instruments.sees_heads, error);
}

static int server_serve(struct stage *stage, const struct stage_spec *spec, struct error *error)
{
	const struct load_flow flow = {&stage->network, spec->server->port};
	const struct server_agent_spec agent = {
		spec->agent_argv, spec->instruments.sample_period_ns, spec->interrupted};
	return spec->agent_argv ? server_end_serve_by_agent(&stage->server, &flow, spec->server,
					  &agent, &stage->network, error)
				: server_end_serve(&stage->server, &flow, spec->server,
					  spec->interrupted, error);
}

static int server_set(struct stage *stage, const struct stage_spec *spec, struct error *error)
{
	if (server_serve(stage, spec, error) == -1)
		return -1;
	return spec->instruments.packet_tap_share
		       ? packet_tap_open(stage, spec, spec->server->port, error)
		       : 0;
}

/* The next hop. Its server listens before the proxy is started. */
static int upstream_set(struct stage *stage, const struct stage_spec *spec, struct error *error)
{
	assert(spec->server);
	struct stage_spec behind = *spec->upstream;
	behind.network.before = &stage->network;
	stage->upstream = malloc(sizeof(*stage->upstream));
	if (!stage->upstream)
		return error_set(error, STATUS_FAILED, "no memory for the hop behind the proxy");
	if (stage_set(stage->upstream, &behind, error) == -1)
		return -1;
	return proxy_load_create(
		&stage->upstream->load, &stage->server.process, spec->server->command_line, error);
}

int stage_set(struct stage *stage, const struct stage_spec *spec, struct error *error)
{
	*stage = (struct stage){
		.network = NETWORK_NONE,
		.server = SERVER_END_NONE,
	};
	if (network_create(&stage->network, &spec->network, error) == -1)
		return -1;
	if (spec->has_launcher && launcher_open(&stage->server.launcher, error) == -1)
		return -1;
	if (spec->network.has_wire &&
		!(stage->wire = wire_create(&stage->network, &spec->wire, error)))
		return -1;
	if (spec->network.has_nat && nat_open(&stage->network, &spec->nat, error) == -1)
		return -1;
	struct sampler_spec sampler = {
		.flow = {.network = &stage->network,
			.server_port = spec->server ? spec->server->port : 0},
		.period_ns = spec->instruments.sample_period_ns,
		.samples_fd = spec->instruments.samples_fd,
		.census_share = spec->instruments.census_share,
	};
	if (sampler.period_ns && !(stage->sampler = sampler_create(&sampler, error)))
		return -1;
	if (spec->upstream && upstream_set(stage, spec, error) == -1)
		return -1;
	if (spec->server && server_set(stage, spec, error) == -1)
		return -1;
	return spec->load ? stage_load_create(&stage->load, &stage->request, spec->load,
				    &stage->network, error)
			  : 0;
}

void stage_clear(struct stage *stage)
{
	/* The sampler asks the server and the load. */
	if (stage->sampler)
		sampler_stop(stage->sampler, NULL);
	server_end_stop(&stage->server);
	if (stage->upstream)
		stage_clear(stage->upstream);
	free(stage->upstream);
	load_destroy(&stage->load);
	answer_watch_close(&stage->answer_watch);
	server_end_clear(&stage->server);
	nat_watch_close(&stage->nat_watch);
	packet_tap_destroy(stage->packet_tap);
	sampler_destroy(stage->sampler);
	request_destroy(&stage->request);
	wire_destroy(stage->wire);
	network_destroy(&stage->network);
}
