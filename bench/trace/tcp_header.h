/* What the TCP header of one segment says: all that the judges of this room look at, so that a
 * table of headers tests them, whoever saw the segments. */
#ifndef BENCH_TRACE_TCP_HEADER_H
#define BENCH_TRACE_TCP_HEADER_H

#include <stdbool.h>
#include <stdint.h>

/* As they lie in the header (RFC 9293, 3.1). */
enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

/* What a SYN says of its window scale option (RFC 7323, 2.2): a shift, 1 added, or one of these. */
enum { SCALE_NONE = 0, SCALE_MOST = 14 + 1, SCALE_UNKNOWN = 31 };

/* What a segment says by options of MPTCP (RFC 8684): that its sender closes the whole connection
 * at once (3.5); something else, or options that were not captured. */
enum tcp_mptcp { MPTCP_NONE, MPTCP_OTHER, MPTCP_FASTCLOSE };

struct tcp_header {
	uint32_t seq, ack;
	uint32_t payload; /* bytes of data */
	uint16_t window;  /* as it stands in the header, not scaled */
	uint8_t flags;    /* of enum tcp_flag */
	uint8_t scale;    /* of a SYN */
	uint8_t mptcp;    /* enum tcp_mptcp; of a RST, or without data */
};

static inline bool tcp_header_has(const struct tcp_header *header, unsigned flags)
{
	return (header->flags & flags) == flags;
}

/* A SYN that opens: without ACK. */
static inline bool tcp_header_opens(const struct tcp_header *header)
{
	return (header->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* Sequence numbers wrap (RFC 9293, 3.4). */
static inline bool tcp_seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/* The number of the first byte of data: a SYN has one of its own, before the data. */
static inline uint32_t tcp_header_data_seq(const struct tcp_header *header)
{
	return header->seq + (header->flags & TCP_SYN ? 1 : 0);
}

/* The FIN's own number: behind the data. */
static inline uint32_t tcp_header_fin_seq(const struct tcp_header *header)
{
	return tcp_header_data_seq(header) + header->payload;
}

/* The number behind all that the segment takes of the sequence space. */
static inline uint32_t tcp_header_end_seq(const struct tcp_header *header)
{
	return tcp_header_fin_seq(header) + (header->flags & TCP_FIN ? 1 : 0);
}

#endif
