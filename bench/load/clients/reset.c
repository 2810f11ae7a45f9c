/* reset: reads the whole response, then resets.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | -- RST ----------------------------> |  SO_LINGER{1,0}, close(2)
 *
 * Loaders do it to keep their ports (neper, httperf, h1load), and so does HAProxy towards its
 * servers. Nobody is left with TIME_WAIT, whatever the strategy says. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_reset = {
	.name = "reset",
	.summary = "Reads the whole response, then resets.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_RESET},
};
