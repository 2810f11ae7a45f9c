/* never-close: reads the whole response and never closes, until the load ends.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |
 *     | <----------------------------- FIN - |  CLOSE_WAIT here: no timer ends it
 *     | - ACK -----------------------------> |  FIN_WAIT_2 there
 *
 * A client that leaks its sockets. A server that has closed is left with an orphan in FIN_WAIT_2
 * for tcp_fin_timeout; one that has only shut its side keeps a descriptor for as long as it likes.
 */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_never_close = {
	.name = "never-close",
	.summary = "Reads the whole response and never closes, until the load ends.",
	.steps = {CLIENT_SEND, CLIENT_READ, CLIENT_HOLD},
};
