#include "bench/load/source_address.h"

#include <sys/socket.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51 /* Linux 6.3; Debian 12's headers are older */
#endif

void source_address_init(struct source_address *source, const struct network *network,
	enum td_source_port mode, uint16_t port_low, uint16_t port_high, uint32_t worker,
	uint32_t workers)
{
	*source = (struct source_address){.network = network,
		.mode = mode,
		.port_low = port_low,
		.port_high = port_high,
		.next_address = worker};
	if (mode == TD_PORT_BIND) {
		uint32_t ports = (uint32_t)port_high - port_low + 1;
		source->port_low = (uint16_t)(port_low + (uint64_t)ports * worker / workers);
		source->port_high =
			(uint16_t)(port_low + (uint64_t)ports * (worker + 1) / workers - 1);
	}
	source->next_port = source->port_low;
}

void source_address_init_beside(struct source_address *source, const struct network *network)
{
	*source = (struct source_address){
		.network = network, .mode = TD_PORT_KERNEL, .is_beside = true};
}

static int set_option(int fd, int level, int option, uint32_t value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* Each address goes through all ports before the next one is taken. */
static uint16_t port_take(struct source_address *source)
{
	uint16_t port = (uint16_t)source->next_port++;
	if (source->next_port > source->port_high) {
		source->next_port = source->port_low;
		source->next_address++;
	}
	return port;
}

static struct address address_now(const struct source_address *source)
{
	if (source->is_beside)
		return network_beside_address(source->network);
	uint32_t index = source->next_address % source->network->client_addresses;
	return network_client_address(source->network, index);
}

int source_address_apply(struct source_address *source, int fd)
{
	if (source->mode == TD_PORT_BIND) {
		struct address from = address_now(source);
		address_set_port(&from, port_take(source));
		if (set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1)
			return -1;
		return bind(fd, address_sockaddr(&from), from.length);
	}
	if (source->mode == TD_PORT_RANGE) {
		uint32_t range = (uint32_t)source->port_high << 16 | source->port_low;
		if (set_option(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, range) == -1)
			return -1;
	}
	if (source->network->client_addresses == 1 && !source->is_beside)
		return 0;
	struct address from = address_now(source);
	source->next_address++;
	/* Without this option bind(2) would take a port of its own, whatever the destination. */
	if (set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1) == -1)
		return -1;
	return bind(fd, address_sockaddr(&from), from.length);
}
