/* graceful: the server shuts its side, reads the client's input to its end, then closes.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | <----------------------------- FIN - |  shutdown(SHUT_WR): FIN_WAIT_1
 *     | - ACK -----------------------------> |  FIN_WAIT_2; input is read and discarded
 *     | - (more request bytes) ------------> |
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s; recv(2) = 0, close(2)
 *     | <----------------------------- ACK - |
 *
 * The only close that delivers the response whatever the client still sends (RFC 9112, 9.6): as
 * long as the server reads, its kernel has no reason to answer with RST. The client may keep a
 * descriptor for as long as the deadlines allow; when they pass, the server closes plainly, and the
 * kernel still sends what is left in the send queue. */
#include "teardown/hooks.h"

const struct td_strategy strategy_graceful = {
	TD_STRATEGY_HEADER,
	.name = "graceful",
	.summary = "The server shuts its side, reads the input to its end within deadlines, then "
		   "closes.",
	.gives_up = TD_GIVES_UP_NOTHING,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.grace_ns = TD_SECONDS(30),
	.idle_ns = TD_SECONDS(5),
	.drain_bytes = UINT64_C(256) << 20,
	.server = {.exchange_done = td_half_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
