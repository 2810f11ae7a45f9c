/* pipeline: sends N requests at once, then reads their responses.
 *
 *   client                               server
 *     | -- request, request, request ------> |
 *     | <--- response, response, response -- |
 *
 * RFC 9112, 9.3.2. A server that closes after the first response has unread input then, and its
 * kernel sends a RST. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_pipeline = {
	.name = "pipeline",
	.summary = "Sends N requests at once, then reads their responses.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_AGAIN, CLIENT_FOLLOW},
	.parameter = "requests sent at once",
	.parameter_default = 4,
	.is_pipelined = true,
};
