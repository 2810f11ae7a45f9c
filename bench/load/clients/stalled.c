/* stalled: sends a request and reads nothing, nor closes, until the load ends.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <-------------- response, begins --- |
 *     | -- ACK, window 0 ------------------> |  and stays so
 *
 * A client whose process is stopped, or that waits for something else. What does not fit its
 * receive buffer stays in the server's send queue, with a descriptor or as an orphan in FIN_WAIT_1.
 */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_stalled = {
	.name = "stalled",
	.summary = "Sends a request and reads nothing, nor closes, until the load ends.",
	.steps = {CLIENT_SEND, CLIENT_HOLD},
	.receive_buffer = 4096,
};
