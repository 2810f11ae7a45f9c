/* linger-block: SO_LINGER{1,2}: close() blocks until the FIN is acknowledged. Shown, never to be
 * used.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  close(2) begins
 *     | - ACK -----------------------------> |  close(2) returns, 2 s at the latest
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * The lingering of the textbooks. The close blocks on a non-blocking socket as well
 * (net/core/stream.c, sk_stream_wait_close): as long as the ACK takes, 40 ms when it is delayed;
 * the whole 2 s with a silent peer, and then there is no RST either. An event loop serves nobody
 * meanwhile. */
#include "teardown/hooks.h"

#include <sys/socket.h>

static int linger_on_listener(int fd)
{
	struct linger block = {.l_onoff = 1, .l_linger = 2};
	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &block, sizeof(block));
}

const struct td_strategy strategy_linger_block = {
	TD_STRATEGY_HEADER,
	.name = "linger-block",
	.summary =
		"server-close whose close() blocks until the FIN is acknowledged (SO_LINGER{1,2}).",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.warning = "close() blocks the event loop, up to 2 s a connection",
	.server =
		{
			.configure_listener = linger_on_listener,
			.exchange_done = td_close_after_last,
			.timeout = td_close_at_deadline,
		},
	.client = {.exchange_done = td_wait_after_last},
};
