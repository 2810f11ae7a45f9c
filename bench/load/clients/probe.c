/* probe: opens a connection and resets it, without a byte.
 *
 *   client                               server
 *     | -- SYN ----------------------------> |
 *     | <------------------------- SYN-ACK - |
 *     | -- ACK, RST -----------------------> |  accept(2) may still return it, or not
 *
 * The TCP health check of a load balancer. With TCP_DEFER_ACCEPT the server never sees it
 * (net/ipv4/tcp_minisocks.c, tcp_check_req). */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_probe = {
	.name = "probe",
	.summary = "Opens a connection and resets it, without a byte.",
	.steps = {CLIENT_RESET},
};
