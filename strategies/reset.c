/* reset: SO_LINGER{1,0}: the server aborts the connection when the response is written.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | <----------------------------- RST - |  close(2): CLOSED, no TIME_WAIT
 *
 * No TIME_WAIT at either end, and the fewest segments. What is still in the server's send queue
 * when it closes is thrown away (net/ipv4/tcp.c, tcp_disconnect): a response larger than the
 * client's receive buffer arrives cut short, and a small one hides it. The client sees ECONNRESET
 * after its last byte, and nothing keeps old segments from a new connection of the same four-tuple
 * (RFC 1337).
 *
 * SO_LINGER is set once on the listener: accepted sockets inherit it, so it costs no system call.
 */
#include "teardown/hooks.h"

#include <sys/socket.h>

static int linger_on_listener(int fd)
{
	struct linger abort_on_close = {.l_onoff = 1, .l_linger = 0};
	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_on_close, sizeof(abort_on_close));
}

const struct td_strategy strategy_reset = {
	TD_STRATEGY_HEADER,
	.name = "reset",
	.summary =
		"The server resets the connection when the response is written (SO_LINGER{1,0}).",
	.gives_up = TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_SERVER,
	.holder = TD_NONE,
	.announces_close = true,
	/* The inherited option makes this close() a reset. A close_notify before it would make what
	 * was cut short look whole. */
	.server = {.configure_listener = linger_on_listener,
		.exchange_done = td_close_after_last,
		.notify = TD_NOTIFY_NONE},
	.client = {.exchange_done = td_wait_after_last},
};
