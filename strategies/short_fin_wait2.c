/* short-fin-wait2: TCP_LINGER2 = 5 s: the kernel lets vanished peers go early.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  close(2): FIN_WAIT_1
 *     | - ACK -----------------------------> |  FIN_WAIT_2, for 5 s at most
 *     | - FIN, if it ever comes -----------> |  TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * tcp_fin_timeout (60 s) for one listener: it bounds orphans in FIN_WAIT_2 and nothing else, never
 * TIME_WAIT (net/ipv4/tcp.c, tcp_fin_time). For a peer that closes it is server-close; for one that
 * acknowledges our FIN and then is silent, memory is held 5 s and not 60 s. A FIN that comes later
 * is answered with RST. */
#include "teardown/hooks.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static int linger2_on_listener(int fd)
{
	int fin_wait2_s = 5;
	return setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &fin_wait2_s, sizeof(fin_wait2_s));
}

const struct td_strategy strategy_short_fin_wait2 = {
	TD_STRATEGY_HEADER,
	.name = "short-fin-wait2",
	.summary = "server-close, and an orphan waits 5 s for the client's FIN (TCP_LINGER2).",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.server =
		{
			.configure_listener = linger2_on_listener,
			.exchange_done = td_close_after_last,
			.timeout = td_close_at_deadline,
		},
	.client = {.exchange_done = td_wait_after_last},
};
