/* Source ports of a client that binds them itself, on a host that others use: ports outside of
 * ip_local_port_range, from which connect(2) takes its own. A TIME_WAIT of a port that connect(2)
 * has chosen refuses bind(2), whatever the destination; and connect(2) passes over a port that was
 * bound (net/ipv4/inet_connection_sock.c, inet_hashtables.c). */
#ifndef BENCH_NETWORK_PORTS_OUTSIDE_H
#define BENCH_NETWORK_PORTS_OUTSIDE_H

#include <stdbool.h>
#include <stdint.h>

/* Of a range makes the ports above it, or as many as are needed below it. Returns false where there
 * are too few of both. */
bool ports_outside(uint16_t *low, uint16_t *high);

#endif
