/* delayed-close: shutdown(SHUT_WR), at most a fixed time of reading, close.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  shutdown(SHUT_WR)
 *     | - ACK -----------------------------> |
 *     | - (more request bytes) ------------> |  read and discarded, for 1 s at most
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s; close(2)
 *     | <----------------------------- ACK - |
 *
 * What Envoy does (delayed_close_timeout, 1 s) and Go's net/http (rstAvoidanceDelay, 0.5 s): bytes
 * of the peer do not extend the time, so no client can hold a descriptor longer. A client that
 * needs longer than that to send the rest of its request loses the end of the response. */
#include "teardown/hooks.h"

const struct td_strategy strategy_delayed_close = {
	TD_STRATEGY_HEADER,
	.name = "delayed-close",
	.summary = "The server shuts its side, reads on for a second at most, then closes.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.grace_ns = TD_SECONDS(1),
	.idle_ns = TD_SECONDS(1),
	.server = {.exchange_done = td_half_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
