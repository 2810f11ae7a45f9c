/* Tells from segments alone which end sent the first FIN: of two FINs, the second acknowledges the
 * first. If neither acknowledges the other they crossed, and both ends closed first; so did they
 * when a FIN and a RST crossed. With no FIN at all the first RST decides. A pure state machine over
 * headers, so that a table of segments tests it. */
#ifndef BENCH_MEASURE_FIRST_CLOSER_H
#define BENCH_MEASURE_FIRST_CLOSER_H

#include "bench/measure/arrived.h"
#include "bench/measure/ending.h"
#include "bench/measure/late_data.h"
#include "bench/measure/late_request.h"
#include "bench/measure/leaving.h"
#include "bench/measure/responses.h"
#include "bench/measure/server_hellos.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

/* The header of one segment: a SYN, FIN or RST, or data of the client. */
struct first_closer_segment {
	uint64_t at_ns;
	enum td_who from;           /* TD_SERVER or TD_CLIENT */
	uint32_t client_address[4]; /* as in6_addr's words; an IPv4 address is the first */
	uint16_t client_port;
	uint32_t seq, ack;
	uint32_t payload; /* bytes of data: the FIN's own sequence number is seq + payload */
	bool syn, fin, rst, has_ack;
	bool begins_request; /* its data begins with an HTTP method */
	bool is_tls_alert;   /* its data is one TLS record: an alert, or as long as one */
	/* No segment was missed so far of those that first_closer_see_response is told of. */
	bool responses_are_whole;
	uint32_t request_bytes; /* of its first request, where a second is seen in it; else 0 */
};

/* How long handshakes took, from the first SYN at the server's host to the first SYN-ACK at the
 * client's: a SYN that was dropped and sent again is in it; what connect(2) does before it sends,
 * as looking for a port, is not, nor is the way of the SYN over a wire. */
struct handshake_times {
	uint64_t count; /* 0: the others are 0, too */
	uint64_t median_ns, p99_ns, most_ns;
};

struct first_closer_counts {
	uint64_t connections; /* judged */
	uint64_t server, client, both;
	uint64_t by_reset;  /* of these, those ended by a RST with no FIN */
	uint64_t undecided; /* seen to begin, never seen to end */
	/* SYNs that met an older connection at the server: the client sent a RST, then its SYN
	 * again. */
	uint64_t met_old;
	uint64_t refused;      /* SYNs that were answered with a RST: no connection began */
	uint64_t fins_crossed; /* of `both`, those in which no RST was in place of a FIN */
	/* Connections that the client ended with a FIN of its own, first or crossed, in the midst
	 * of the load: as many began behind it as were open at one time. */
	uint64_t client_midway;
	struct ending_counts at_server, at_client;
	struct late_requests late;
	struct late_data late_data;
	struct arrived arrived;
	struct leaving_counts leaving;
	struct response_counts responses;
	struct server_hellos hellos;
	/* Of those judged, connections whose SYN, SYN-ACK and FINs were seen, and the bytes of data
	 * that lie between these: what each end had sent, but for whole turns of 4 GiB. */
	uint64_t sized, client_bytes, server_bytes;
	struct handshake_times handshakes;
};

struct first_closer;

struct first_closer *first_closer_create(void);
void first_closer_destroy(struct first_closer *judge);

/* Segments in the order of their time. A SYN of the client begins a new connection of its
 * four-tuple and ends the judgement of the one before. Only connections that were seen to begin are
 * judged, and a refused SYN begins none. */
void first_closer_see(struct first_closer *judge, const struct first_closer_segment *segment);

/* A segment that may begin a response, or end a chunked one. A SYN, FIN or RST is told of as any
 * other, too. */
void first_closer_see_response(struct first_closer *judge,
	const struct first_closer_segment *segment, const struct response_head *head,
	enum response_tail tail);

/* A segment of the server that begins with its hello of TLS. Of a connection the first one that
 * tells whether a session is resumed counts. */
void first_closer_see_hello(struct first_closer *judge, const struct first_closer_segment *segment,
	const struct server_hello *hello);

/* What is known of late requests by now. */
const struct late_requests *first_closer_late(const struct first_closer *judge);

/* Connections that were seen to end. */
uint64_t first_closer_ended(const struct first_closer *judge);

/* Whether a client's port is in the share, a power of two: one port in so many. The lowest bit is
 * left out: connect(2) tries ports of one parity first. */
bool first_closer_in_share(uint16_t client_port, uint32_t share);

/* From now on only connections in the share are judged. Those outside that have ended count; those
 * that are open are forgotten, since their end will not be seen. */
void first_closer_narrow(struct first_closer *judge, uint32_t share);

/* How many of the SYNs that were answered with a RST were so from one instant to the other, of the
 * segments' clock and to a millisecond; after first_closer_finish. */
uint64_t first_closer_refused(
	const struct first_closer *judge, uint64_t from_ns, uint64_t until_ns);

/* Judges the connections that are still open, too, and writes the counts. */
void first_closer_finish(struct first_closer *judge, struct first_closer_counts *counts);

#endif
