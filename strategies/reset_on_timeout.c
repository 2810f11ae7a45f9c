/* reset-on-timeout: close well-behaved peers, reset those whose deadline passed.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  close(2): TIME_WAIT, as server-close
 *     |                                      |
 *     | -- half a body, silence -----------> |  the deadline passes
 *     | <----------------------------- RST - |  SO_LINGER{1,0}, close(2): nothing is kept
 *
 * nginx's reset_timedout_connection. close() of a peer that does not read leaves its send queue and
 * an orphan in FIN_WAIT_1 with the kernel for minutes (tcp_orphan_retries); a reset frees both at
 * once. */
#include "teardown/hooks.h"

static enum td_verdict reset_at_deadline(const struct td_view *view)
{
	return TD_RESET;
}

const struct td_strategy strategy_reset_on_timeout = {
	TD_STRATEGY_HEADER,
	.name = "reset-on-timeout",
	.summary = "server-close, and peers whose deadline passed are reset.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.server = {.exchange_done = td_close_after_last, .timeout = reset_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
