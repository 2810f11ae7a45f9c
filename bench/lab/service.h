/* A verb for a whole service: a request, a response, and a way of closing. */
#ifndef BENCH_LAB_SERVICE_H
#define BENCH_LAB_SERVICE_H

#include "bench/lab/application_verbs.h"

/* What the server does when it has sent all, in this order. Then it closes. */
enum lab_step {
	STEP_WAIT = 1,    /* until the client has read, and acknowledged, all */
	STEP_SHUT = 2,    /* shutdown(SHUT_WR) */
	STEP_LINGER2 = 4, /* TCP_LINGER2 = -1 */
	STEP_RESET = 8,   /* SO_LINGER{1,0}: close() is a reset */
	STEP_DRAIN = 16,  /* it reads to the end of the stream, when the client has read */
};

#define LAB_REQUEST_BYTES 100

/* The client sends a request, of which the server reads so many bytes; the server sends the
 * response and closes in these steps (enum lab_step). The client reads late (with STEP_WAIT: at
 * once) to the end of the response, and closes. Returns what it read. */
struct reading lab_serve(
	struct pair *pair, unsigned read_bytes, unsigned response_bytes, unsigned steps);

/* Established; the client sends a request before the server accepts, so that it can bring the last
 * ACK of the handshake. */
struct pair *lab_connect_and_request(struct lab *lab);

#endif
