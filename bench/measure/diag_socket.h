/* One socket as sock_diag tells of it: its addresses, and whose connection it is. */
#ifndef BENCH_MEASURE_DIAG_SOCKET_H
#define BENCH_MEASURE_DIAG_SOCKET_H

#include "bench/measure/load_flow.h"
#include "bench/measure/tcp_segment.h"
#include "teardown/strategy.h"

#include <linux/inet_diag.h>
#include <stdbool.h>
#include <stdint.h>

/* An address as it is counted and compared. An IPv4 address has the first word; the kernel leaves
 * the others 0. An IPv6 socket that speaks IPv4 holds the same port of the same address. */
struct counted_address {
	uint32_t words[4];
};

struct counted_address diag_socket_local(const struct inet_diag_msg *found);
struct counted_address diag_socket_remote(const struct inet_diag_msg *found);

/* With the port as the message has it. */
struct tcp_segment_end diag_socket_end(const struct inet_diag_msg *found,
	const struct counted_address *address, uint16_t network_port);

/* Whether a socket of `end` is one of the load's connections, or listens. */
bool diag_socket_is_of_load(
	const struct load_flow *flow, enum td_who end, const struct inet_diag_msg *found);

#endif
