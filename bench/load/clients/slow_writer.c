/* slow-writer: sends its request 10 bytes at a time, ten times a second.
 *
 *   client                               server
 *     | -- GE -----------------------------> |
 *     | -- T / ----------------------------> |  each 100 ms
 *     | ...                                  |
 *     | <------------------------ response - |
 *
 * A phone on a bad network, or Slowloris. It costs the server a descriptor for as long as the
 * server waits for a head. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_slow_writer = {
	.name = "slow-writer",
	.summary = "Sends its request 10 bytes at a time, ten times a second.",
	.steps = {CLIENT_SEND_SLOWLY, CLIENT_READ, CLIENT_AGAIN, CLIENT_FOLLOW},
};
