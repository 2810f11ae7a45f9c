/* polite-close: the server shuts its side and reads on; whoever talks on too long is reset.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2)
 *     | <----------------------------- FIN - |  shutdown(SHUT_WR): FIN_WAIT_1
 *     | - ACK -----------------------------> |  FIN_WAIT_2; input is read and discarded
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s; recv(2) = 0, close(2)
 *     | <----------------------------- ACK - |
 *
 * A peer that closes gets a graceful close. A peer that is silent for half a second, or has not
 * finished after two, gets the close of Go's net/http. One that still sends then is not going to
 * stop: it is reset, which frees the server's memory and descriptor at once and leaves no
 * TIME_WAIT.
 *
 * docs/plugin.md shows how it is built and used. */
#include <teardown/hooks.h>

/* Of a peer that talks on: what a slow upload has on its way may be this much, and is let be. */
#define LET_BE_BYTES (64 << 10)

/* The policy. view->last says that nobody expects another exchange. */
static enum td_verdict polite_exchange_done(const struct td_view *view)
{
	return view->last ? TD_HALF_CLOSE : TD_KEEP;
}

/* All of the input was read, then the peer's FIN: both FINs are exchanged with this. */
static enum td_verdict polite_peer_fin(const struct td_view *view)
{
	(void)view;
	return TD_CLOSE;
}

/* idle_ns, grace_ns or drain_bytes of the table are used up. */
static enum td_verdict polite_timeout(const struct td_view *view)
{
	return view->drained_bytes > LET_BE_BYTES ? TD_RESET : TD_CLOSE;
}

/* The one symbol that a plug-in exports. */
const struct td_strategy td_strategy = {
	TD_STRATEGY_HEADER,
	.name = "polite-close",
	.summary = "The server shuts its side, reads on for two seconds at most, and resets who "
		   "still sends then.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.grace_ns = TD_SECONDS(2),
	.idle_ns = TD_MILLISECONDS(500),
	.drain_bytes = 16 << 20,
	.server =
		{
			.exchange_done = polite_exchange_done,
			.peer_fin = polite_peer_fin,
			.timeout = polite_timeout,
		},
	/* The client leaves closing to the server. */
	.client = {.exchange_done = td_wait_after_last},
};
