#include "bench/wire/capacity.h"

#include "bench/network/throughput.h"
#include "bench/wire/wire.h"

static int measure(
	const struct network *network, struct wire_capacity *capacity, struct error *error)
{
	const struct wire_spec plain = {.seed = 0};
	double bytes_per_s;
	struct wire *wire = wire_create(network, &plain, error);
	if (!wire)
		return -1;
	int result = throughput_on(network, &bytes_per_s, error);
	const struct wire_report report = wire_look(wire);
	wire_destroy(wire);
	if (result == -1)
		return -1;
	uint64_t frames = report.counts[RELAY_SERVER].sent + report.counts[RELAY_CLIENT].sent;
	*capacity = (struct wire_capacity){
		.bits_per_s = 8 * bytes_per_s,
		.frames_per_s = (double)frames * 1e9 / (double)report.ran_ns,
	};
	return 0;
}

int wire_capacity_measure(struct wire_capacity *capacity, struct error *error)
{
	static const struct network_spec wired = {
		.client_addresses = 1, .port_low = 32768, .port_high = 60999, .has_wire = true};
	struct network network = NETWORK_NONE;
	int result = network_create(&network, &wired, error);
	if (result == 0)
		result = measure(&network, capacity, error);
	network_destroy(&network);
	return result;
}
