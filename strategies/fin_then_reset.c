/* fin-then-reset: TCP_LINGER2 = -1, close(): FIN, its ACK, then RST.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  close(2): FIN_WAIT_1
 *     | - ACK, and FIN if it has closed ---> |  FIN_WAIT_2 is skipped (net/ipv4/tcp_input.c)
 *     | <----------------------------- RST - |  CLOSED, no TIME_WAIT
 *
 * An orphan with a negative TCP_LINGER2 does not wait for the peer's FIN: once its own is
 * acknowledged, and with it every byte of the response, it resets. The whole response and a clean
 * end of stream arrive before the RST. Unread or late request bytes still reset at once, as with
 * every close(). Set on the listener and inherited: no system call a connection. */
#include "teardown/hooks.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static int linger2_on_listener(int fd)
{
	int no_fin_wait2 = -1;
	return setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &no_fin_wait2, sizeof(no_fin_wait2));
}

const struct td_strategy strategy_fin_then_reset = {
	TD_STRATEGY_HEADER,
	.name = "fin-then-reset",
	.summary = "The server closes, and resets once its FIN is acknowledged (TCP_LINGER2 = -1).",
	.gives_up = TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_SERVER,
	.holder = TD_NONE,
	.announces_close = true,
	.server =
		{
			.configure_listener = linger2_on_listener,
			.exchange_done = td_close_after_last,
			.timeout = td_close_at_deadline,
		},
	.client = {.exchange_done = td_wait_after_last},
};
