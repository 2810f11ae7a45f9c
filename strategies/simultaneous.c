/* simultaneous: both ends close when the response is complete, so that the FINs may cross.
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
 * the first close to the other. Whether the FINs cross is a race, decided by the time that a
 * segment travels: over veth that is a few microseconds, so they seldom do, and the trial says how
 * often. */
#include "teardown/hooks.h"

const struct td_strategy strategy_simultaneous = {
	TD_STRATEGY_HEADER,
	.name = "simultaneous",
	.summary = "Both ends close when the response is complete; the FINs cross now and then.",
	.gives_up = TD_GIVES_UP_TAIL,
	.first_closer = TD_BOTH,
	.holder = TD_BOTH,
	.claim_is_race = true,
	.announces_close = true,
	.server = {.exchange_done = td_close_after_last, .timeout = td_close_at_deadline},
	.client = {.exchange_done = td_close_after_last},
};
