/* think: pauses between its requests (--think), so that the server may close meanwhile.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     |    pause                             |
 *     | -- request --------\  /------- FIN - |  at the same time: the keep-alive race
 *     | <-------------------X                |
 *     |                      \-------------> |  no answer: end of stream, or RST
 *
 * The client sees a FIN that comes while it pauses, and opens a new connection: that loses nothing.
 * What is lost is a request that crosses the FIN (RFC 9112, 9.3.1). */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_think = {
	.name = "think",
	.summary = "Pauses between its requests (--think), so that the server may close meanwhile.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_THINK, CLIENT_AGAIN, CLIENT_FOLLOW},
	.exchanges = 10,
};
