/* The IP headers before TCP: IPv4 with options, IPv6 with extension headers, IP in IP, GRE. */
#ifndef BENCH_TRACE_IP_H
#define BENCH_TRACE_IP_H

#include "bench/trace/endpoint.h"
#include "bench/trace/link.h"

enum ip_answer { IP_TCP, IP_PIECE, IP_OTHER, IP_CUT, IP_WRONG };

struct ip_packet {
	struct endpoint from, to; /* without ports */
	uint8_t ttl;              /* or hop limit */
	/* Of one piece of a fragmented packet. */
	uint32_t identification;
	uint32_t offset; /* bytes of the packet's payload before it */
	bool is_piece, is_last;
};

/* Goes on to the TCP header, or to what a piece of a packet has of TCP. The rest then ends where
 * the IP headers say, not with the link's padding. A length of 0 is one that the kernel left to the
 * network card (TSO, BIG TCP): the packet ends where it ends. */
enum ip_answer ip_skip(struct packet_rest *rest, struct ip_packet *packet);

#endif
