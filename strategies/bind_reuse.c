/* bind-reuse: the client binds an explicit port with SO_REUSEADDR: reuse whatever tcp_tw_reuse
 * says.
 *
 *   client                               server
 *     bind(2) to a port in TIME_WAIT
 *     | - SYN, newer timestamp ------------> |  connect(2)
 *     |                 ...                  |
 *     | - FIN -----------------------------> |  close(2) at the client
 *     | <------------------------- FIN+ACK - |
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, until the next bind to this port
 *
 * connect(2) of a socket that is bound already looks only at timestamps
 * (net/ipv4/inet_hashtables.c), not at tcp_tw_reuse and not at its delay. The client must hand its
 * ports out itself, and each costs two system calls more; a port that another socket holds is
 * EADDRINUSE. */
#include "teardown/hooks.h"

const struct td_strategy strategy_bind_reuse = {
	TD_STRATEGY_HEADER,
	.name = "bind-reuse",
	.summary = "client-close from explicit ports with SO_REUSEADDR, reused without any sysctl.",
	.gives_up = TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_CLIENT,
	.holder = TD_CLIENT,
	.source_port = TD_PORT_BIND,
	.requirements =
		{
			{TD_CLIENT, "net.ipv4.tcp_timestamps", "1",
				"a port in TIME_WAIT is given only to a connection with "
				"timestamps"},
			{TD_SERVER, "net.ipv4.tcp_timestamps", "1",
				"timestamps are used only if both ends offer them"},
		},
	/* Over TLS, a close_notify behind the client's close() would be answered with a RST, which
	 * ends the client's TIME_WAIT. */
	.server = {.exchange_done = td_wait_after_last, .notify = TD_NOTIFY_NONE},
	.client = {.exchange_done = td_close_after_last},
};
