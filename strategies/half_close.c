/* half-close: the client sends its FIN after the request; the server finishes the response and
 * closes.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | - FIN -----------------------------> |  shutdown(SHUT_WR) at the client
 *     | <----------------------------- ACK - |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  close(2)
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, 60 s
 *
 * What shell pipes and RPC clients of one request do. The server knows that no further request will
 * come, so its close() cannot meet unread input: nothing is lost. A server that takes the FIN for a
 * client that has gone away, or a middlebox that does, answers with nothing (RFC 9112, 9.6 lets
 * it). */
#include "teardown/hooks.h"

static enum td_verdict shut_after_last_request(const struct td_view *view)
{
	return view->last ? TD_HALF_CLOSE : TD_KEEP;
}

const struct td_strategy strategy_half_close = {
	TD_STRATEGY_HEADER,
	.name = "half-close",
	.summary = "The client shuts its side after the request; the server answers, then closes.",
	.gives_up = TD_GIVES_UP_NOTHING,
	.first_closer = TD_CLIENT,
	.holder = TD_CLIENT,
	.announces_close = true,
	.server = {.exchange_done = td_wait_after_last, .timeout = td_close_at_deadline},
	.client = {.request_sent = shut_after_last_request, .exchange_done = td_wait_after_last},
};
