/* client-reset: the client resets after the response, as neper, httperf and h1load do.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | - RST -----------------------------> |  SO_LINGER{1,0}, close(2) at the client
 *
 * No TIME_WAIT anywhere, and a loader that never runs out of ports: which is why loaders do it, and
 * why their figures say nothing about how a server closes. The client has read the whole response,
 * so it loses nothing; a server that still had something to send or to log sees ECONNRESET. */
#include "teardown/hooks.h"

static enum td_verdict reset_after_last(const struct td_view *view)
{
	return view->last ? TD_RESET : TD_KEEP;
}

const struct td_strategy strategy_client_reset = {
	TD_STRATEGY_HEADER,
	.name = "client-reset",
	.summary = "The client resets the connection when the response is read.",
	.gives_up = TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_CLIENT,
	.holder = TD_NONE,
	.server = {.exchange_done = td_wait_after_last},
	.client = {.exchange_done = reset_after_last},
};
