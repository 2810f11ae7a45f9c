/* tw-reuse-fast: tw-reuse with tcp_tw_reuse_delay lowered from 1 s to 50 ms (Linux 6.14).
 *
 *   client                               server
 *     | - FIN -----------------------------> |  close(2) at the client
 *     | <------------------------- FIN+ACK - |
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, 50 ms at least
 *     | - SYN, newer timestamp ------------> |  connect(2) takes the port again
 *
 * Ports last at ports / 50 ms: a twentieth of what tw-reuse needs. The delay must be longer than a
 * segment can be under way between these two hosts, for only timestamps are left to tell old from
 * new (net/ipv4/tcp_ipv4.c, tcp_twsk_unique). Inside a data centre 50 ms is; across an ocean it is
 * not. */
#include "teardown/hooks.h"

const struct td_strategy strategy_tw_reuse_fast = {
	TD_STRATEGY_HEADER,
	.name = "tw-reuse-fast",
	.summary = "tw-reuse, and a port is taken again after 50 ms (tcp_tw_reuse_delay).",
	.gives_up = TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_CLIENT,
	.holder = TD_CLIENT,
	.requirements =
		{
			{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1",
				"connect() reuses no port in TIME_WAIT otherwise"},
			{TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay", "50",
				"this is the whole difference from tw-reuse (Linux 6.14 has it)"},
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
