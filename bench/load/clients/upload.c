/* upload: sends the whole request and closes, and reads nothing.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | -- FIN, or RST --------------------> |  close(2): a RST where input is unread
 *     | <------------------------ response - |  met by a RST
 *
 * Shippers of logs and of measurements (syslog over TLS, RFC 5425). Whatever the server sends
 * before it has all costs the end of the request: close(2) with unread input resets and drops what
 * is not sent yet (RFC 1122, 4.2.2.13), and so does input that comes behind it. Over TLS 1.3 the
 * session tickets are such input. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_upload = {
	.name = "upload",
	.summary = "Sends the whole request and closes, and reads nothing.",
	.steps = {CLIENT_SEND, CLIENT_CLOSE},
	.is_unannounced = true,
};
