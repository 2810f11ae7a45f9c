/* unread-alert: reads the records of the response and no byte more, then closes.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  and close_notify, in a record of its own
 *     | -- FIN, or RST --------------------> |  close(2): a RST where close_notify is unread
 *
 * Libraries of TLS that read a record's header, then the record, and no further: OpenSSL without
 * SSL_CTX_set_read_ahead(3), so wget and Python. Once the response is whole nothing has them read
 * on, and their kernel resets (RFC 1122, 4.2.2.13), which ends the server's TIME_WAIT. Without TLS
 * such a client is close-first. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_unread_alert = {
	.name = "unread-alert",
	.summary = "Reads the TLS records of the response and none behind it, then closes.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_CLOSE},
	.reads_records = true,
};
