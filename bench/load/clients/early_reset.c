/* early-reset: resets when the first bytes of the response have come.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <-------------- response, begins --- |
 *     | -- RST ----------------------------> |  SO_LINGER{1,0}, close(2)
 *     | <------------------- response ... -- |  met by another RST
 *
 * A user who presses Stop, a proxy whose own client has left. */
#include "bench/load/clients/behaviour.h"

const struct client_behaviour client_early_reset = {
	.name = "early-reset",
	.summary = "Resets when the first bytes of the response have come.",
	.steps = {CLIENT_SEND, CLIENT_READ_BEGIN, CLIENT_RESET},
};
