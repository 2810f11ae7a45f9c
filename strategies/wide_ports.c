/* wide-ports: client-close from ports 1024 to 65535, named on the socket: no parity cliff.
 *
 *   client                               server
 *     connect(2) within IP_LOCAL_PORT_RANGE
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | - FIN -----------------------------> |  close(2) at the client
 *     | <------------------------- FIN+ACK - |
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, 60 s
 *
 * connect(2) tries all ports of one parity before the others, and is slow from half of the range
 * on. With IP_LOCAL_PORT_RANGE on the socket (Linux 6.3) it does not (net/ipv4/inet_hashtables.c),
 * and 64,512 ports last 2.3 times as long as the default 28,232: 1,039 connections a second for
 * ever. The option only narrows ip_local_port_range, so that is widened too. A listener on a port
 * of the range can lose it to connect(2): reserve it with net.ipv4.ip_local_reserved_ports. */
#include "teardown/hooks.h"

const struct td_strategy strategy_wide_ports = {
	TD_STRATEGY_HEADER,
	.name = "wide-ports",
	.summary =
		"client-close from ports 1024 to 65535, named on the socket (IP_LOCAL_PORT_RANGE).",
	.gives_up = TD_GIVES_UP_NOTHING,
	.first_closer = TD_CLIENT,
	.holder = TD_CLIENT,
	.source_port = TD_PORT_RANGE,
	.requirements =
		{
			{TD_CLIENT, "net.ipv4.ip_local_port_range", "1024 65535",
				"the option on the socket can only narrow it"},
		},
	/* Over TLS, a close_notify behind the client's close() would be answered with a RST, which
	 * ends the client's TIME_WAIT. */
	.server = {.exchange_done = td_wait_after_last, .notify = TD_NOTIFY_NONE},
	.client = {.exchange_done = td_close_after_last},
};
