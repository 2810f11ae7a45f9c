/* keep-alive: 100 exchanges on one connection, then the server closes.
 *
 *   client                               server
 *     | -- request 1 ----------------------> |
 *     | <---------------------- response 1 - |
 *     |                 ...                  |
 *     | -- request 100 --------------------> |
 *     | <-- response 100, Connection: close -|
 *     | <----------------------------- FIN - |  close(2)
 *     | - ACK -----------------------------> |
 *     | - FIN -----------------------------> |  TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * The control for every other strategy: the cheapest connection is the one that is not opened.
 * Whatever closing costs is paid once for 100 exchanges. What is lost when it goes wrong is as in
 * server-close. */
#include "teardown/hooks.h"

const struct td_strategy strategy_keep_alive = {
	TD_STRATEGY_HEADER,
	.name = "keep-alive",
	.summary = "100 exchanges on one connection, then server-close.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_SERVER,
	.holder = TD_SERVER,
	.announces_close = true,
	.exchanges = 100,
	.server = {.exchange_done = td_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_wait_after_last},
};
