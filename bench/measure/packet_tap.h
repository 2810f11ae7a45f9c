/* The packet tap: sees the SYN, FIN and RST segments of the load's connections on the wire and has
 * first_closer judge them: of all connections at first, so that a few are known too, and of a share
 * of them once there were plenty. Of other connections in the two namespaces it sees all segments,
 * over loopback too, and has other_connections count them. Packet sockets take the segments that
 * arrive (ingress only: a tap on egress would clone every packet); a filter keeps the load's other
 * segments out, but for the client's data that does not begin a request, and the largest that does:
 * that tells which requests came too late (late_request.h). Of the server's data it sees none, or
 * what begins a response: some thousand of all, and later those without a status of 2xx; and its
 * hellos of TLS. What is not looked at costs next to nothing. */
#ifndef BENCH_MEASURE_PACKET_TAP_H
#define BENCH_MEASURE_PACKET_TAP_H

#include "bench/measure/first_closer.h"
#include "bench/measure/load_flow.h"
#include "bench/measure/other_connections.h"
#include "common/error.h"

#include <stdint.h>

struct packet_tap_report {
	struct first_closer_counts counts;
	uint64_t segments; /* of the load: seen and judged */
	uint64_t lost;     /* segments that found a ring full, or no memory */
	uint32_t share;    /* in the end: one connection in so many */
	/* Connections that had ended when it narrowed to the share; 0: it looked at all of them
	 * throughout. */
	uint64_t narrowed_after;
	/* Client ports, at each pair of addresses (load_flow_pair), from which a SYN of the load
	 * was seen; and those of them with an even number. */
	uint64_t client_ports, even_client_ports;
	/* How many of the server's addresses the client sent a SYN of the load to; of those
	 * connections that were looked at. */
	uint32_t servers_met;
	/* When the client's first and last SYN of the load came, by CLOCK_MONOTONIC; 0: none was
	 * seen. The last one is of those connections that were looked at. */
	uint64_t first_syn_ns, last_syn_ns;
	struct other_ends others;
};

struct packet_tap;

/* The sockets are open and filtering on return. The flow's network has to live as long. `share` is
 * what it narrows to (first_closer_in_share), so 1 sees all throughout. */
struct packet_tap *packet_tap_create(
	const struct load_flow *flow, uint32_t share, struct error *error);

/* Looks at how responses begin, from now on: at hellos of TLS (server_hellos.h), and at heads
 * (responses.h) of a load that does not read them. Called before the load. Returns 0 or -1. */
int packet_tap_see_responses(struct packet_tap *tap, bool heads, struct error *error);

/* Other connections are counted from this instant on, and up to that of packet_tap_finish;
 * CLOCK_MONOTONIC. Not called: from the start. */
void packet_tap_begin(struct packet_tap *tap, uint64_t at_ns);

/* Reads what has come; called about ten times a second, and once at the end. */
void packet_tap_poll(struct packet_tap *tap);

/* When the client's first SYN of the load came, by now; 0: none did, or there is no tap. */
uint64_t packet_tap_first_syn_ns(const struct packet_tap *tap);

/* The share that is looked at now: one connection in so many. */
uint32_t packet_tap_share(const struct packet_tap *tap);

/* Whether it looks at what the client sends (late_request.h): not if too much begins no request. */
bool packet_tap_sees_data(const struct packet_tap *tap);

/* The last poll, then the judgement. */
void packet_tap_finish(struct packet_tap *tap, uint64_t at_ns, struct packet_tap_report *report);

/* How many other connections a listener of the server's namespace had accepted by then
 * (CLOCK_MONOTONIC); after packet_tap_finish. */
uint64_t packet_tap_others_accepted_by(const struct packet_tap *tap, uint64_t at_ns);

/* SYNs of the load that were answered with a RST from one instant to the other (CLOCK_MONOTONIC),
 * to a millisecond, of those connections that were looked at; after packet_tap_finish. */
uint64_t packet_tap_refused(const struct packet_tap *tap, uint64_t from_ns, uint64_t until_ns);

void packet_tap_destroy(struct packet_tap *tap);

#endif
