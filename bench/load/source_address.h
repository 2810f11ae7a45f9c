/* Where a connection comes from: source address and source port. */
#ifndef BENCH_LOAD_SOURCE_ADDRESS_H
#define BENCH_LOAD_SOURCE_ADDRESS_H

#include "bench/network/network.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

/* One worker's share: addresses are taken in turn; explicit ports belong to one worker alone. */
struct source_address {
	const struct network *network;
	enum td_source_port mode;
	uint16_t port_low, port_high; /* the whole range; with TD_PORT_BIND, this worker's part */
	uint32_t next_address;
	uint32_t next_port;
	bool is_beside; /* always network_beside_address() */
};

void source_address_init(struct source_address *source, const struct network *network,
	enum td_source_port mode, uint16_t port_low, uint16_t port_high, uint32_t worker,
	uint32_t workers);

/* Of connections beside the load: the kernel chooses their ports. */
void source_address_init_beside(struct source_address *source, const struct network *network);

/* Prepares a socket before connect(2). Makes no system call where the kernel's own choice is
 * wanted. Returns 0, or -1 with errno. */
int source_address_apply(struct source_address *source, int fd);

#endif
