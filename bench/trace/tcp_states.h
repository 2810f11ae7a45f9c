/* The state of one end of a connection, as RFC 9293 names it (3.3.2): a pure function of what the
 * end sent and of what was delivered to it. */
#ifndef BENCH_TRACE_TCP_STATES_H
#define BENCH_TRACE_TCP_STATES_H

#include "bench/trace/tcp_header.h"

#include <stdbool.h>
#include <stdint.h>

enum tcp_state {
	STATE_UNKNOWN, /* the capture begins in the middle, and the end has not spoken yet */
	STATE_CLOSED,
	STATE_LISTEN,
	STATE_SYN_SENT,
	STATE_SYN_RECEIVED,
	STATE_ESTABLISHED,
	STATE_FIN_WAIT_1,
	STATE_FIN_WAIT_2,
	STATE_CLOSE_WAIT,
	STATE_CLOSING,
	STATE_LAST_ACK,
	STATE_TIME_WAIT,
	TCP_STATES,
};

struct tcp_end {
	enum tcp_state state;
	uint32_t syn_seq, fin_seq; /* of its own */
	uint32_t awaited;          /* the number that it expects next of the other end */
	bool has_syn, has_fin, awaits;
	bool is_reset; /* it sent or got a RST: it stays CLOSED */
	/* It has a connection from before the SYN that the capture shows; reset, it listens. */
	bool is_older;
};

/* The end sends the segment, or gets it. */
void tcp_end_send(struct tcp_end *end, const struct tcp_header *header);
void tcp_end_receive(struct tcp_end *end, const struct tcp_header *header);

/* "FIN-WAIT-1"; "?" of STATE_UNKNOWN. */
const char *tcp_state_text(enum tcp_state state);

#endif
