/* slow-reader: reads 10 kB a second, with a small receive buffer.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <-------------- response, begins --- |
 *     | -- ACK, window 0 ------------------> |
 *     | <------------------ a bit more ----- |  each time that the window opens
 *     | ...                                  |
 *
 * A phone on a bad network. The response waits in the server's send queue: what a close does with
 * it is what the strategy gives up. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_slow_reader = {
	.name = "slow-reader",
	.summary = "Reads 10 kB a second, with a small receive buffer.",
	.steps = {CLIENT_SEND, CLIENT_READ_SLOWLY, CLIENT_AGAIN, CLIENT_FOLLOW},
	.receive_buffer = 4096,
};
