/* fin-on-data: server-close whose FIN rides on the last bytes of the response: the short close.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------ response + FIN - |  send(2) with MSG_MORE, close(2)
 *     | - ACK -----------------------------> |
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * MSG_MORE holds the last segment back, and close(2) sends it at once with the FIN on it
 * (net/ipv4/tcp.c, tcp_send_fin takes the tail of the queue): two segments fewer a connection, and
 * no system call more. Only for a response that is complete in one go: a segment that is held back
 * and not followed by a close waits 200 ms. What server-close gives up, this does too. */
#include "teardown/hooks.h"

const struct td_strategy strategy_fin_on_data = {
	TD_STRATEGY_HEADER,
	.name = "fin-on-data",
	.summary = "server-close, and the FIN rides on the last bytes of the response.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.fin_on_data = true,
	.server = {.exchange_done = td_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
