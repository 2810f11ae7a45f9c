/* close-first: reads the whole response, then closes, and does not wait for the server to.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | -- FIN ----------------------------> |  close(2)
 *     | <----------------------------- FIN - |
 *     | -- ACK ----------------------------> |
 *
 * Programs that ask once and have no pool: requests.get() of Python, clients of a database. They do
 * not say that a request is their last (RFC 9112, 9.6), so a server that keeps connections alive
 * leaves the close to them, and the client is left with TIME_WAIT. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_close_first = {
	.name = "close-first",
	.summary = "Reads the whole response, then closes, and does not wait for the server to.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_CLOSE},
	.is_unannounced = true,
};
