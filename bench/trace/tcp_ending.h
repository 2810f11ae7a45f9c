/* How one connection ended, from the headers of its segments alone: the one judge of first closers
 * and of resets, whoever saw the segments: a capture file, or a tap that passes SYN, FIN and RST
 * only. It knows two sides, not which is the client: that may be found out late. */
#ifndef BENCH_TRACE_TCP_ENDING_H
#define BENCH_TRACE_TCP_ENDING_H

#include "bench/trace/tcp_header.h"

#include <stdbool.h>
#include <stdint.h>

enum tcp_ending_word {
	ENDING_OPEN,
	ENDING_HALF_CLOSED,
	ENDING_CLOSED,
	ENDING_CLOSED_CROSSED,
	ENDING_HALF_CLOSED_THEN_RESET,
	ENDING_CLOSED_THEN_RESET,
	ENDING_RESET,
	ENDING_REFUSED,
	ENDING_UNANSWERED,
	ENDING_NOT_A_CONNECTION,
	ENDING_WORDS,
};

/* What the segments prove of why a RST was sent. */
enum tcp_ending_cause {
	CAUSE_NONE,    /* nobody reset */
	CAUSE_UNKNOWN, /* a RST, and the segments do not tell why */
	/* A SYN was answered with RST (RFC 9293, 3.10.7.1). */
	CAUSE_NO_LISTENER,
	/* The ACK that completes the handshake was answered with RST: the listener's queue was
	 * full (tcp_abort_on_overflow), or the listener was closed meanwhile. */
	CAUSE_LISTENER_QUEUE,
	/* A SYN met the remains of an older connection of the same ports: its sender resets those,
	 * and sends the SYN again (RFC 9293, 3.5.1). */
	CAUSE_OLD_CONNECTION,
	/* The SYN-ACK was answered with RST: its receiver had not sent the SYN, or wants no
	 * connection (a scan). */
	CAUSE_UNWANTED_SYN_ACK,
	/* Data met an end that had closed, and had been sent before that end's FIN arrived. */
	CAUSE_KEEP_ALIVE_RACE,
	/* The same, but the FIN had arrived: the sender knew that the end had closed its side. */
	CAUSE_DATA_AFTER_FIN,
	/* A segment of an open connection was answered by an end that has no such socket: a host
	 * that restarted, or one that gave the connection up in silence. */
	CAUSE_NO_SOCKET,
	/* A RST of its own accord, with nothing received that could be unread: SO_LINGER of 0. */
	CAUSE_LINGER,
	/* A RST of its own accord; the end had received data. Closing with unread input and
	 * SO_LINGER of 0 send the same segment. */
	CAUSE_UNREAD_INPUT_OR_LINGER,
	/* A RST of its own accord, behind keep-alive probes of which none was answered. */
	CAUSE_KEEP_ALIVE_TIMEOUT,
	/* One end closed all of an MPTCP connection at once, and said so: by an option of its RST,
	 * or of an ACK that the RST answers (RFC 8684, 3.5). */
	CAUSE_MPTCP_FASTCLOSE,
	ENDING_CAUSES,
};

/* A sent the first segment that was seen. */
enum tcp_ending_side { SIDE_A, SIDE_B, SIDE_BOTH, SIDE_NONE };

enum tcp_ending_first { FIRST_NONE, FIRST_FIN, FIRST_RST };

/* What one side was seen to send. */
struct tcp_ending_end {
	uint32_t isn;      /* of its SYN */
	uint32_t fin_seq;  /* the FIN's own number */
	uint32_t fin_ack;  /* what the FIN acknowledged */
	uint32_t next;     /* behind the last data, SYN or FIN */
	uint32_t last_ack; /* of its last segment that was no RST */
	uint32_t acked;    /* the highest number that it acknowledged, by a RST too */
	uint32_t edge;     /* behind the last number that its window had room for */
	uint32_t last_rst; /* the number of its last RST, whatever that did */
	/* Of its first RST; where that has no ACK, what the other side had sent by then. */
	uint32_t rst_seq, rst_ack;
	/* What a segment sets together lies in one byte: a byte that was written cannot be read at
	 * once as a part of more. */
	bool syn : 1, syn_ack : 1;
	bool spoke : 1; /* a segment that is neither SYN nor RST */
	bool data : 1;  /* payload, in a segment that is no RST */
	bool fin : 1, fin_has_ack : 1, fin_acked : 1;
	bool rst : 1;
	bool has_next : 1, last_has_ack : 1, last_has_data : 1, last_is_syn_ack : 1;
	bool has_acked : 1, has_edge : 1;
	bool rst_has_ack : 1;
	bool rst_vain : 1;       /* a RST of it ended nothing */
	bool rst_answers : 1;    /* it has the number that the other side awaited last */
	bool rst_after_fin : 1;  /* the other side's FIN had been captured before it */
	bool rst_behind_fin : 1; /* its own FIN had been */
	bool rst_spoken : 1;     /* a segment that is neither SYN nor RST had been */
	uint8_t cause : 4;       /* of its first RST: enum tcp_ending_cause */
	uint8_t scale : 5;       /* of its SYN, as in struct tcp_header */
	/* Its last segments that were keep-alive probes, and that the other side did not answer, as
	 * far as they are counted. */
	uint8_t probes : 2;
	bool last_has_fastclose : 1; /* of MPTCP: its last segment that was no RST */
};

/* A keep-alive probe: the last number again, with a byte or none. */
static inline bool tcp_ending_is_keep_alive(
	const struct tcp_ending_end *mine, const struct tcp_header *header)
{
	return mine->has_next && !mine->fin && header->payload <= 1 &&
	       header->seq == mine->next - 1 && !(header->flags & (TCP_SYN | TCP_FIN | TCP_RST));
}

/* Zeroed: nothing was seen. */
struct tcp_ending {
	struct tcp_ending_end ends[2];
	uint8_t first : 2;           /* enum tcp_ending_first, in the order of capture */
	uint8_t first_side : 1;      /* who sent it: SIDE_A or SIDE_B */
	uint8_t rst_first_side : 1;  /* whose RST came first */
	uint8_t fins_before_rst : 2; /* of how many sides, at the first RST */
	bool refused : 1;            /* the first RST answered a SYN, and nothing came of it */
	/* Only SYN, FIN and RST are passed, as a tap does that would not keep up with all. A port
	 * without a listener is then known by its RST's number, 0, and other causes are not. Set
	 * by the caller. */
	bool flags_only : 1;
};

/* What a segment told; bits. */
enum tcp_ending_news {
	TOLD_FIN = 1, /* its sender's FIN, or what that knew: not a FIN that is sent again */
	TOLD_RST = 2, /* a RST that counts: the first of its sender, or one that has its place */
	/* A RST that its receiver does not take. */
	TOLD_REFUSED = 4,
	/* RSTs that counted until now do so no longer: its sender's, or those of the other side. */
	TOLD_OWN_TAKEN_BACK = 8,
	TOLD_OTHER_TAKEN_BACK = 16,
};

/* Segments in the order in which they were captured. `side` sent it: SIDE_A or SIDE_B. A RST whose
 * sender lives on, or that its receiver does not take, is forgotten (rst_refusal.h). Returns bits
 * of enum tcp_ending_news. */
unsigned tcp_ending_see(
	struct tcp_ending *ending, enum tcp_ending_side side, const struct tcp_header *header);

enum tcp_ending_word tcp_ending_word(const struct tcp_ending *ending);

/* Who closed first: the sender of the first FIN, or RST. SIDE_BOTH: two FINs crossed, as neither
 * acknowledges the other. */
enum tcp_ending_side tcp_ending_first_closer(const struct tcp_ending *ending);

/* Whether one side's FIN acknowledges the other's, and whether its RST was sent by an end that had
 * the other's FIN. One that acknowledges tells; one that does not is a reply to something, and only
 * the order is left. */
bool tcp_ending_fin_knew(const struct tcp_ending_end *mine, const struct tcp_ending_end *other);
bool tcp_ending_rst_knew(const struct tcp_ending_end *mine, const struct tcp_ending_end *other);

/* Whether both sides sent a FIN before either had seen the other's. */
bool tcp_ending_fins_crossed(const struct tcp_ending *ending);

/* Whether the ends closed without knowing of each other: two FINs crossed, or a FIN and a RST. */
bool tcp_ending_is_crossed(const struct tcp_ending *ending);

/* Of the first RST. */
enum tcp_ending_cause tcp_ending_cause(const struct tcp_ending *ending);

/* Whether nothing more is to come but what is sent again: both FINs were acknowledged, or there was
 * a RST. */
bool tcp_ending_is_over(const struct tcp_ending *ending);

/* "closed-then-reset", "keep-alive-race"; the texts of CAUSE_NONE and CAUSE_UNKNOWN are NULL.
 * (tcp_ending_text.c) */
const char *tcp_ending_word_text(enum tcp_ending_word word);
const char *tcp_ending_cause_text(enum tcp_ending_cause cause);

/* One sentence that explains the cause. */
const char *tcp_ending_cause_sentence(enum tcp_ending_cause cause);

#endif
