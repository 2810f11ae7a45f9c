#include "bench/doctor/bound_ports.h"

#include "bench/doctor/forecast.h"

/* Several sockets may listen at one port. */
static void listened_count(const struct doctor_namespace *space, uint32_t bound[2])
{
	const struct port_range *ports = &space->settings.ports;
	uint64_t seen[PORT_RANGE_WORDS] = {0};
	for (size_t i = 0; i < space->listener_count; i++) {
		uint16_t port = address_port(&space->listeners[i].address);
		uint64_t bit = UINT64_C(1) << (port % 64);
		if (port_range_has(ports, port) && !(seen[port / 64] & bit))
			bound[port_range_parity(ports, port)]++;
		seen[port / 64] |= bit;
	}
}

void bound_ports_tell(struct doctor_namespace *space)
{
	const struct port_range *ports = &space->settings.ports;
	uint32_t bound[2] = {0};
	listened_count(space, bound);
	for (size_t i = 0; i < space->pair_count; i++)
		for (size_t parity = 0; parity < 2; parity++)
			if (forecast_choice(&space->pairs[i], ports) == CHOICE_BIND)
				bound[parity] += space->pairs[i].held[parity];
	for (size_t i = 0; i < space->pair_count; i++) {
		struct doctor_pair *pair = &space->pairs[i];
		bool is_bound = forecast_choice(pair, ports) == CHOICE_BIND;
		for (size_t parity = 0; parity < 2; parity++) {
			uint32_t others = bound[parity] - (is_bound ? pair->held[parity] : 0);
			uint32_t free = ports->available[parity] - pair->held[parity];
			pair->bound_by_others[parity] = others < free ? others : free;
		}
	}
}
