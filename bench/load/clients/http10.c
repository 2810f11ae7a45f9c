/* http10: speaks HTTP/1.0 without keep-alive: the end of stream ends the response.
 *
 *   client                               server
 *     | -- GET / HTTP/1.0 -----------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  the server is to close first
 *     | - FIN -----------------------------> |  close(2)
 *
 * ab without -k, old proxies (nginx speaks it to its upstreams by default), health checks. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_http10 = {
	.name = "http10",
	.summary = "Speaks HTTP/1.0 without keep-alive: the end of stream ends the response.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_AWAIT_FIN, CLIENT_CLOSE},
	.is_http10 = true,
};
