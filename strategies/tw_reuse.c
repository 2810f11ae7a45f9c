/* tw-reuse: client-close on a client whose kernel may take a port out of TIME_WAIT again.
 *
 *   client                               server
 *     | - FIN -----------------------------> |  close(2) at the client
 *     | <------------------------- FIN+ACK - |
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, 1 s at least
 *     | - SYN, newer timestamp ------------> |  connect(2) takes the port again
 *
 * tcp_tw_reuse concerns connect(2) only: it does nothing for the end that accepts. A port is taken
 * again once its TIME_WAIT is tcp_tw_reuse_delay old (Linux 6.14; 1 s before that), so ports last
 * at ports / 1 s instead of ports / 62 s. Timestamps tell old segments from new ones (RFC 6191);
 * behind an address that several hosts share (SNAT, a layer-4 balancer) their clocks differ, and
 * that protection is gone. */
#include "teardown/hooks.h"

const struct td_strategy strategy_tw_reuse = {
	TD_STRATEGY_HEADER,
	.name = "tw-reuse",
	.summary =
		"client-close, and the client's kernel reuses ports in TIME_WAIT after a second.",
	.gives_up = TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_CLIENT,
	.holder = TD_CLIENT,
	.requirements =
		{
			{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1",
				"connect() reuses no port in TIME_WAIT otherwise"},
			{TD_CLIENT, "net.ipv4.tcp_timestamps", "1",
				"only timestamps tell the new connection's segments from old ones"},
			{TD_SERVER, "net.ipv4.tcp_timestamps", "1",
				"timestamps are used only if both ends offer them"},
		},
	/* Over TLS, a close_notify behind the client's close() would be answered with a RST, which
	 * ends the client's TIME_WAIT. */
	.server = {.exchange_done = td_wait_after_last, .notify = TD_NOTIFY_NONE},
	.client = {.exchange_done = td_close_after_last},
};
