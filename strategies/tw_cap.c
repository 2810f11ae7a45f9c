/* tw-cap: server-close with a small tcp_max_tw_buckets: the cap of old blog posts, and what it
 * costs.
 *
 *   client                               server
 *     | <----------------------------- FIN - |  close(2): FIN_WAIT_1
 *     | - ACK -----------------------------> |  the cap is reached: no FIN_WAIT_2, no TIME_WAIT
 *     | - FIN -----------------------------> |  for a connection that nobody knows
 *     | <----------------------------- RST - |
 *
 * Up to the cap it is server-close. Beyond, those in TIME_WAIT stay and the *new* one is skipped
 * without a log line; TCPTimeWaitOverflow counts it (net/ipv4/tcp_minisocks.c, tcp_time_wait).
 * Orphans in FIN_WAIT_2 share the cap, so a client can be answered with RST for its FIN. The
 * protection goes for those that need it most: the latest ones. */
#include "teardown/hooks.h"

const struct td_strategy strategy_tw_cap = {
	TD_STRATEGY_HEADER,
	.name = "tw-cap",
	.summary = "server-close with tcp_max_tw_buckets = 1000: beyond it TIME_WAIT is skipped.",
	.gives_up = TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.requirements =
		{
			{TD_SERVER, "net.ipv4.tcp_max_tw_buckets", "1000",
				"the cap is what this strategy shows"},
		},
	.server = {.exchange_done = td_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
