#include "bench/trial/stage.h"

/* With fewer ports than this, each connection is looked at. */
#define PLENTY_OF_PORTS 4096

static int packet_tap_open(
	struct stage *stage, const struct stage_spec *spec, uint16_t port, struct error *error)
{
	uint16_t low, high;
	network_port_range(&stage->network, &low, &high);
	bool few_ports = high - low + 1 < PLENTY_OF_PORTS;
	stage->packet_tap = packet_tap_create(&(struct load_flow){&stage->network, port},
		few_ports ? 1 : spec->instruments.packet_tap_share, error);
	if (!stage->packet_tap)
		return -1;
	return spec->instruments.sees_heads ? packet_tap_see_heads(stage->packet_tap, error) : 0;
}

static int server_set(struct stage *stage, const struct stage_spec *spec, struct error *error)
{
	if (stage_server_start(&stage->server, spec->server, &stage->network, stage->sampler,
		    spec->interrupted, error) == -1)
		return -1;
	return spec->instruments.packet_tap_share
		       ? packet_tap_open(stage, spec, spec->server->port, error)
		       : 0;
}

int stage_set(struct stage *stage, const struct stage_spec *spec, struct error *error)
{
	*stage = (struct stage){
		.network = NETWORK_NONE,
		.server = {.output_fd = -1},
	};
	if (network_create(&stage->network, &spec->network, error) == -1)
		return -1;
	if (spec->network.has_wire &&
		!(stage->wire = wire_create(&stage->network, &spec->wire, error)))
		return -1;
	struct sampler_spec sampler = {
		.flow = {&stage->network, spec->server ? spec->server->port : 0},
		.period_ns = spec->instruments.sample_period_ns,
		.samples_fd = spec->instruments.samples_fd,
		.census_share = spec->instruments.census_share,
	};
	if (sampler.period_ns && !(stage->sampler = sampler_create(&sampler, error)))
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
	stage_server_stop(&stage->server);
	hook_marks_finish(&stage->server.marks);
	load_destroy(&stage->load);
	quiet_watch_close(&stage->quiet_watch);
	quiet_watch_close(&stage->late_watch);
	descriptor_watch_finish(&stage->descriptor_watch);
	answer_watch_close(&stage->answer_watch);
	listener_look_close(&stage->listener_look);
	accept_look_clear(&stage->accept_look);
	packet_tap_destroy(stage->packet_tap);
	sampler_destroy(stage->sampler);
	request_destroy(&stage->request);
	wire_destroy(stage->wire);
	network_destroy(&stage->network);
}
