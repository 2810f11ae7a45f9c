/* What each end had sent when a connection ended: whether the client had sent a byte, whether one
 * of the server had come to it, and whether the client left before one did. All from the sequence
 * numbers of SYNs, FINs and RSTs; what these do not prove is not counted. Pure functions. */
#ifndef BENCH_MEASURE_LEAVING_H
#define BENCH_MEASURE_LEAVING_H

#include "bench/measure/ending.h"

#include <stdbool.h>
#include <stdint.h>

/* A client that went on for so long after it had left a connection did not leave since it ended:
 * its threads, or processes, end within that. */
#define LEAVING_WENT_ON_NS UINT64_C(100000000)

/* Of one connection: how it began. */
struct leaving_start {
	uint64_t syn_ns;
	uint32_t client_isn, server_isn;
};

struct leaving_counts {
	uint64_t unasked;    /* connections on which the client sent no byte */
	uint64_t unanswered; /* connections on which no byte of the server came to the client */
	/* Of these, those on which the client had sent data, and then a FIN, or a RST for its
	 * process, before it had the server's FIN; `went_on`: another SYN came well behind that. */
	uint64_t left, went_on;
	/* Of those of `left`: those on which the client's kernel answered what came of the server
	 * behind the client's FIN, with a RST. */
	uint64_t answered_late;
	/* Connections that the client closed with all that the server ever sent in its hands, which
	 * is not nothing: the server closed behind it. */
	uint64_t server_waited;
	uint64_t waited_until_ns; /* when the client closed the first of these; 0: there is none */
	/* Connections that the server ended with a FIN and no byte of its own, when it had data of
	 * the client's, and before the client left. No RST of the server: it had left no data
	 * unread, or reads on. */
	uint64_t closed_unanswered;
	uint64_t closed_first_ns; /* when the first of these was; 0: there is none */
	/* Connections that the server ended with a FIN before a byte of the client had come, and
	 * with no byte of its own. The client asked behind it: its own FIN counts what it had sent,
	 * or a RST answered it. One that never asks looks alike where the server has a negative
	 * TCP_LINGER2: its ACK of the FIN meets no socket. */
	uint64_t closed_unasked;
	uint64_t unasked_first_ns; /* when the first of these was; 0: there is none */
	/* Connections that the server ended with a RST for its process, with no FIN and no byte of
	 * its own, before the client left; of these, those on which data of the client had come. */
	uint64_t reset_unanswered, reset_asked;
	uint64_t reset_first_ns; /* when the first of these was; 0: there is none */
	/* Those of `left`, and those that the client left so and of which the server sent neither
	 * FIN nor RST: there data may have come behind the client's FIN. From the SYN until then.
	 */
	struct ending_span silent;
	uint64_t first_ns;       /* when the first of `went_on` was left; 0: there is none */
	struct ending_span open; /* of `went_on`: from the SYN until the client left */
	struct ending_span late; /* of both: from the client's FIN to the RST */
};

/* Adds a connection that is over and whose SYN-ACK was seen. `last_syn_ns` is when the client's
 * latest SYN of all came. */
void leaving_tally(struct leaving_counts *counts, const struct leaving_start *start,
	const struct ending_side *server, const struct ending_side *client, uint64_t last_syn_ns);

#endif
