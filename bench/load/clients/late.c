/* late: sends a few bytes more after it has read the response.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | -- CR LF --------------------------> |  no request, and perhaps never read
 *     | <------------------- FIN, or RST --- |  RST where it was not read before close(2)
 *
 * Old browsers sent an extra CR LF behind a POST (RFC 9112, 2.2). Bytes that the server has not
 * read turn its close into a reset (net/ipv4/tcp.c, __tcp_close). */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_late = {
	.name = "late",
	.summary = "Sends a few bytes more after it has read the response.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_SEND_SURPLUS, CLIENT_FOLLOW},
};
