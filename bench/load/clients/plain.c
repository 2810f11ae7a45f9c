/* plain: sends a request, reads its response, and closes as the strategy says.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | ...                                  |  whatever the strategy does
 *
 * The client that every strategy is made for. It reads while it still sends, so that an early
 * response finds it ready. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_plain = {
	.name = "plain",
	.summary = "Sends a request, reads its response, and closes as the strategy says.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_AGAIN, CLIENT_FOLLOW},
};
