/* idle: opens a connection and sends nothing, until the server closes.
 *
 *   client                               server
 *     | -- SYN, ACK -----------------------> |
 *     |    nothing                           |
 *     | <----------------------------- FIN - |  the server's idle limit
 *     | - FIN -----------------------------> |  close(2)
 *
 * Pools that connect ahead, browsers that preconnect. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_idle = {
	.name = "idle",
	.summary = "Opens a connection and sends nothing, until the server closes.",
	.steps = {CLIENT_AWAIT_FIN, CLIENT_CLOSE},
};
