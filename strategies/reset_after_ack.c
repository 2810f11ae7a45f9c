/* reset-after-ack: wait until the peer's kernel has acknowledged the response, then reset.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | - ACK -----------------------------> |  SIOCOUTQ is 0
 *     | <----------------------------- RST - |  SO_LINGER{1,0}, close(2): no TIME_WAIT
 *
 * What reset loses is the server's own send queue: once that is empty nothing of the response can
 * be lost, for what a Linux client has received stays readable after a RST. The wait costs a look
 * (ioctl) a connection, and more when the ACK is late. The client still sees ECONNRESET in place of
 * an end of stream, so it must know the length of the response; and other kernels may throw
 * received bytes away. */
#include "teardown/hooks.h"

static enum td_verdict reset_when_acked(const struct td_view *view)
{
	return TD_RESET;
}

const struct td_strategy strategy_reset_after_ack = {
	TD_STRATEGY_HEADER,
	.name = "reset-after-ack",
	.summary = "The server resets once every byte of the response is acknowledged.",
	.gives_up = TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_SERVER,
	.holder = TD_NONE,
	.announces_close = true,
	.server =
		{
			.exchange_done = td_wait_after_last,
			.acked = reset_when_acked,
			.wants_acked = true,
		},
	.client = {.exchange_done = td_wait_after_last},
};
