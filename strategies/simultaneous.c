/* simultaneous: both ends close when the response has arrived, so that the FINs cross.
 *
 *   client                               server
 *     | <------------------------ response - |
 *     | - FIN ------------.   .------- FIN - |  close(2) at both ends
 *     |                    \ /               |
 *     |                     X                |
 *     | <------------------' '-------------> |  CLOSING at both ends
 *     | - ACK ------------.   .------- ACK - |
 *     TIME_WAIT                      TIME_WAIT
 *
 * RFC 9293, figure 13. TIME_WAIT twice, and nothing won: it is what happens when neither end leaves
 * the first close to the other. The client closes when it has the response, and so the server waits
 * for half a round trip before it closes, too. The FINs then cross unless an end is later than
 * that: it is a race. Over veth half a round trip is a few microseconds, which no timer can wait
 * for, and they seldom do. The trial says how often. */
#include "teardown/hooks.h"

const struct td_strategy strategy_simultaneous = {
	TD_STRATEGY_HEADER,
	.name = "simultaneous",
	.summary =
		"Both ends close when the response has arrived; most FINs cross where it travels.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_BOTH,
	.holder = TD_BOTH,
	.claim_is_race = true,
	.announces_close = true,
	.server =
		{
			.exchange_done = td_close_after_last,
			.timeout = td_close_at_deadline,
			.closes_at_arrival = true,
		},
	.client = {.exchange_done = td_close_after_last},
};
