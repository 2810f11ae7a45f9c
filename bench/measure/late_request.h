/* Requests that come while the server is closing: behind its FIN, or so that it closes with the
 * request unread (RFC 9112, section 9.5). Known from headers, and from which of the client's
 * segments begin with an HTTP method: what comes late may be the rest of an earlier request, as of
 * an upload that the server has answered before its end, and that is none. Pure functions. */
#ifndef BENCH_MEASURE_LATE_REQUEST_H
#define BENCH_MEASURE_LATE_REQUEST_H

#include "bench/measure/ending.h"

#include <stdbool.h>
#include <stdint.h>

struct first_closer_segment;

/* So many segments that begin no request are looked at; of a load with more of them no late request
 * is told. */
#define LATE_REQUEST_RESTS_MOST 4096

/* Of one connection: the last run of the client's data that does not begin with a method. */
struct late_request_rest {
	uint32_t seq, end; /* alike: there is none */
};

struct late_requests {
	/* Connections on which a request, not the first, came behind the server's FIN, and got no
	 * answer. */
	uint64_t behind_fin;
	/* Of these, those that no RST of the server followed: the server had closed one direction
	 * alone, by shutdown(2), and its socket took the request. */
	uint64_t drained;
	/* Of those behind its FIN that a RST of the server followed, those on which the client's
	 * kernel had the FIN when the request went out: the RST's number is what the request
	 * acknowledged. Nothing tells it of the others. */
	uint64_t knew_fin;
	/* From the server's FIN to the RST that answers such a request. */
	struct ending_span span;
	/* Connections that the server's kernel reset at close(2) when a request, not the first, may
	 * have been unread: a RST with an ACK of more than any one request has. */
	uint64_t unread;
	uint64_t first_ns;      /* when the first of all these ended; 0: there is none */
	uint64_t rests;         /* segments of data that do not begin with a method */
	uint64_t shared;        /* segments that have several requests: they are sent ahead */
	uint32_t request_bytes; /* the most that one request has, in a segment that does */
	bool is_hidden;         /* there were too many rests, and nothing is told */
};

/* A segment of the client that has data. */
void late_request_see(struct late_requests *counts, struct late_request_rest *rest,
	const struct first_closer_segment *segment);

/* Adds a connection that is over. Returns whether a request was late on it. */
bool late_request_tally(struct late_requests *counts, const struct late_request_rest *rest,
	uint32_t client_isn, const struct ending_side *server, const struct ending_side *client);

#endif
