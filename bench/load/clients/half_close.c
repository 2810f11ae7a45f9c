/* half-close: sends a request, shuts its side, reads the response to the end of stream.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | -- FIN ----------------------------> |  shutdown(SHUT_WR)
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |
 *     | - ACK -----------------------------> |  close(2)
 *
 * RFC 9112, 9.6: a server may take the FIN for a client that has left, and then the response is
 * lost. Clients made with netcat, socat or sendfile loops do it, and so do some load balancers. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_half_close = {
	.name = "half-close",
	.summary = "Sends a request, shuts its side, reads the response to the end of stream.",
	.steps = {CLIENT_SEND, CLIENT_SHUT, CLIENT_READ, CLIENT_AWAIT_FIN, CLIENT_CLOSE},
};
