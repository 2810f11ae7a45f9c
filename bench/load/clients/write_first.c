/* write-first: sends the whole request before it reads, and gives up where sending fails.
 *
 *   client                               server
 *     | -- request, first part ------------> |
 *     | <------------ response, say a 413 -- |  before the request is whole
 *     | <----------------------------- FIN - |
 *     | -- request, the rest --------------> |
 *     | <--------------------- ACK, or RST - |  RST where the server reads no more
 *     | read(2) never comes to the response  |  then
 *
 * What uploads do that are written with a blocking send loop (RFC 9112, 9.3: a client should look
 * for a response meanwhile). A server that closes with unread input loses its answer here. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_write_first = {
	.name = "write-first",
	.summary = "Sends the whole request before it reads, and gives up where sending fails.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_AGAIN, CLIENT_FOLLOW},
	.meets_refusal = true,
};
