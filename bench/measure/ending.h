/* What the endings of a load's connections come to at each end: how long the other's FIN took, in
 * which phase a RST came, and who had it sent. Pure functions. */
#ifndef BENCH_MEASURE_ENDING_H
#define BENCH_MEASURE_ENDING_H

#include "bench/trace/tcp_ending.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stdint.h>

/* What comes behind a FIN later than this waits for more than TCP's own timers: a delayed ACK takes
 * 40 ms, what is sent again 200 ms at least (TCP_DELACK_MIN, TCP_RTO_MIN; include/net/tcp.h). */
#define ENDING_LATE_NS UINT64_C(300000000)

/* The client sent the SYN. */
#define ENDING_CLIENT SIDE_A
#define ENDING_SERVER SIDE_B

/* What one end of a connection was seen to send, and when. */
struct ending_side {
	const struct tcp_ending_end *sent;
	uint64_t fin_ns, rst_ns; /* of its FIN, its first RST */
};

/* When an end sends its RST. */
enum reset_phase {
	RESET_OPEN,             /* nobody has sent a FIN */
	RESET_ACROSS_FIN,       /* the other's FIN is under way: the RST's sender has not seen it */
	RESET_BEHIND_OTHER_FIN, /* it has seen the other's FIN, and sent none */
	RESET_BEHIND_OWN_FIN,   /* it has sent its FIN, and not seen the other's */
	RESET_BEHIND_BOTH_FINS,
	RESET_PHASES,
};

/* How long something took. */
struct ending_span {
	uint64_t count, sum_ns, least_ns, most_ns;
	uint64_t late; /* ENDING_LATE_NS or more */
};

/* What connections came to at one end.
 *
 * The first four are about all but the last two of the connections in which this end sent its FIN
 * before it had seen the other's. Such a socket waits in FIN_WAIT_2; the other's FIN makes it a
 * TIME_WAIT. */
struct ending_counts {
	uint64_t time_wait;
	/* The other's FIN was answered with a RST: the socket was gone by then. */
	uint64_t expired;
	/* A RST answered data that came after the FIN, or no FIN came and a RST was sent. */
	uint64_t killed_by_data;
	uint64_t killed_by_reset; /* of the other end */
	/* Connections, of all, that a RST of this end ended without a FIN of its own; and those in
	 * which this end sent both. */
	uint64_t reset_without_fin, reset_beside_fin;
	/* Connections that began to end with this end's FIN, which the other end, if it sent
	 * anything, had seen. */
	uint64_t fin_first;
	/* Connections, first or not, of which this end's FIN closed one direction alone: data of
	 * the other end came behind it, and this end's socket took it. A socket that close(2) had
	 * closed would have answered with a RST. */
	uint64_t half_closed;
	/* Connections on which this end sent a RST, by the phase of the first. Those with an ACK
	 * were sent for the process: by close(2) with SO_LINGER{1,0} or with unread input, or at a
	 * deadline (net/ipv4/tcp_output.c, tcp_send_active_reset). Those without answer a segment
	 * that no socket takes (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset). */
	uint64_t resets_sent[RESET_PHASES], resets_answered[RESET_PHASES];
	struct ending_span fin_behind_fin;   /* from the other's FIN, the first, to this end's */
	struct ending_span reset_behind_fin; /* from this end's FIN to its RST */
};

void ending_span_add(struct ending_span *span, uint64_t from_ns, uint64_t to_ns);

/* Which end was first, by the judge of captures too (bench/trace/tcp_ending.h); TD_NONE: neither
 * was seen to end it. */
enum td_who ending_first_closer(const struct tcp_ending *ending);

/* Adds a connection to the counts of the end that `mine` is. */
void ending_tally(struct ending_counts *counts, const struct ending_side *mine,
	const struct ending_side *other);

#endif
