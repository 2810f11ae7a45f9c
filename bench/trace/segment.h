/* One TCP segment, found in a packet of a capture. */
#ifndef BENCH_TRACE_SEGMENT_H
#define BENCH_TRACE_SEGMENT_H

#include "bench/trace/capture.h"
#include "bench/trace/endpoint.h"
#include "bench/trace/tcp_header.h"

#include <stddef.h>
#include <stdint.h>

struct segment {
	uint64_t at_ns;
	uint64_t packet; /* its number in the capture, from 1 */
	struct endpoint from, to;
	struct tcp_header tcp;
	uint8_t ttl; /* or hop limit, of the innermost IP header; 0: not known */
	/* What was captured of the payload: points into the packet, and lives as long. */
	const uint8_t *data;
	uint32_t data_captured;
};

/* What was seen in the capture, by what could be read of it. */
struct segment_counts {
	uint64_t packets;
	uint64_t segments;     /* of TCP, whole headers */
	uint64_t other;        /* no TCP */
	uint64_t unknown_link; /* of a link type that is not read here */
	int link_type;         /* the last such type */
	uint64_t cut;          /* the capture holds too few bytes of the headers */
	uint64_t wrong;        /* a length or an offset in a header cannot be */
	uint64_t fragments;    /* pieces of packets; one segment for all pieces of a packet */
	uint64_t incomplete;   /* packets of which not all pieces were there */
};

struct segment_reader;

struct segment_reader *segment_reader_create(void);
void segment_reader_destroy(struct segment_reader *reader);

enum segment_answer {
	SEGMENT_NONE,
	SEGMENT_PIECE, /* of a packet that is not whole yet: only the hosts are filled in */
	SEGMENT_WHOLE,
};

/* What the packet shows. The last piece of a fragmented packet shows the segment of the whole. */
enum segment_answer segment_read(struct segment_reader *reader, const struct capture_packet *packet,
	struct segment *segment);

/* Pieces that wait for others count as incomplete. */
const struct segment_counts *segment_reader_finish(struct segment_reader *reader);

#endif
