/* vanish: sends a request and is gone, without a segment.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     |    gone, nothing is sent             |
 *     | <------------------------ response - |
 *     | -- RST ----------------------------> |  by the client's host, which is still there
 *
 * A process killed on a host that is cut off, a NAT that has forgotten. TCP_REPAIR closes the
 * socket in silence (net/ipv4/tcp.c, tcp_close: a socket under repair sends nothing). */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_vanish = {
	.name = "vanish",
	.summary = "Sends a request and is gone, without a segment.",
	.steps = {CLIENT_SEND, CLIENT_VANISH},
};
