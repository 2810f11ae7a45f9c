/* What the host in the middle translates: connections from the client to the server leave it from
 * its own address (network_nat_address), by nftables' masquerade. The kernel keeps a client's port
 * where it is in the range and free, and else takes another of the range. */
#ifndef BENCH_NAT_NAT_H
#define BENCH_NAT_NAT_H

#include "bench/network/network.h"
#include "common/error.h"

#include <stdint.h>

/* The ports that Linux takes where it is told no range (net/netfilter/nf_nat_core.c,
 * nf_nat_l4proto_unique_tuple). */
#define NAT_PORT_LOW 1024
#define NAT_PORT_HIGH 65535

struct nat_spec {
	uint16_t port_low, port_high; /* that it gives to connections, both included */
};

/* Whether this host can translate: tried in a namespace that is taken down again. Returns 0, or -1
 * (STATUS_HOST_CANNOT) with what is missing. */
int nat_try(struct error *error);

/* Has the network's host in the middle translate. Returns 0 or -1. */
int nat_open(const struct network *network, const struct nat_spec *spec, struct error *error);

#endif
