/* adaptive-drain: drain only when there is, or may be, unread input; else close.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     |                                      |  nothing unread, nothing expected:
 *     | <----------------------------- FIN - |  close(2), as server-close
 *     | <----------------------------- FIN - |  else shutdown(2), read to the end, as graceful
 *     | - ACK, FIN ------------------------> |  TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * nginx's `lingering_close on`: most connections are spared the wait. SIOCINQ tells what has
 * arrived, the server tells whether it answered a request before its end. Neither knows of bytes
 * that are still under way without being announced: those reset the connection, and only graceful
 * delivers then. */
#include "teardown/hooks.h"

static enum td_verdict drain_if_needed(const struct td_view *view)
{
	if (!view->last)
		return TD_KEEP;
	return view->unread_bytes > 0 || view->more_expected ? TD_HALF_CLOSE : TD_CLOSE;
}

const struct td_strategy strategy_adaptive_drain = {
	TD_STRATEGY_HEADER,
	.name = "adaptive-drain",
	.summary = "The server drains only when input is unread or expected, else closes at once.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.server =
		{
			.exchange_done = drain_if_needed,
			.timeout = td_close_at_deadline,
			.wants_unread = true,
		},
	.client = {.exchange_done = td_wait_after_last},
};
