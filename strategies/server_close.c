/* server-close: the server closes as soon as the response is handed to the kernel.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | <----------------------------- FIN - |  close(2): FIN_WAIT_1
 *     | - ACK -----------------------------> |  FIN_WAIT_2
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * The cheapest close there is: four system calls a connection. This close is right only while every
 * byte of the request was read. If one was not, or one arrives after the close, the kernel answers
 * with RST instead, and what the client had not yet received of the response is lost (RFC
 * 9112, 9.6). */
#include "teardown/hooks.h"

const struct td_strategy strategy_server_close = {
	TD_STRATEGY_HEADER,
	.name = "server-close",
	.summary = "The server calls close() when the response is written.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.server = {.exchange_done = td_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
