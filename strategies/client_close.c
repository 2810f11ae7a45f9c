/* client-close: the client closes when it has read the response; the server waits for that.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | - FIN -----------------------------> |  close(2) at the client: FIN_WAIT_1
 *     | <------------------------- FIN+ACK - |  recv(2) = 0, close(2): LAST_ACK
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, 60 s
 *
 * The control: nothing can be lost, and the server keeps nothing. TIME_WAIT, and with it the source
 * port, is the client's for a minute: a proxy or a load generator with one address and one
 * destination lasts at 455 connections a second (28,232 ports / 62.05 s: 60 s, and up to a tick of
 * the timer wheel at HZ 250), and is slow from half of that. */
#include "teardown/hooks.h"

const struct td_strategy strategy_client_close = {
	TD_STRATEGY_HEADER,
	.name = "client-close",
	.summary = "The client closes when the response is read; the server waits for its FIN.",
	.gives_up = TD_GIVES_UP_NOTHING,
	.first_closer = TD_CLIENT,
	.holder = TD_CLIENT,
	/* Over TLS, a close_notify behind the client's close() would be answered with a RST, which
	 * ends the client's TIME_WAIT. */
	.server = {.exchange_done = td_wait_after_last, .notify = TD_NOTIFY_NONE},
	.client = {.exchange_done = td_close_after_last},
};
