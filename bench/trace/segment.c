#include "bench/trace/segment.h"
#include "bench/trace/ip.h"
#include "bench/trace/link.h"
#include "bench/trace/pieces.h"
#include "bench/trace/tcp_options.h"

#include <stdlib.h>

#define TCP_HEADER_LEAST 20U
/* No kernel makes larger segments, not even for a network card to cut (BIG TCP). */
#define PAYLOAD_MAX (16U << 20)

struct segment_reader {
	struct segment_counts counts;
	struct pieces *pieces;
};

struct segment_reader *segment_reader_create(void)
{
	struct segment_reader *reader = calloc(1, sizeof(*reader));
	if (!reader)
		return NULL;
	reader->pieces = pieces_create();
	if (!reader->pieces) {
		free(reader);
		return NULL;
	}
	return reader;
}

void segment_reader_destroy(struct segment_reader *reader)
{
	if (!reader)
		return;
	pieces_destroy(reader->pieces);
	free(reader);
}

/* The rest begins with the TCP header. */
static enum segment_answer tcp_read(
	struct segment_reader *reader, const struct packet_rest *rest, struct segment *segment)
{
	const uint8_t *at = rest->at;
	if (rest->captured < TCP_HEADER_LEAST) {
		/* What the packet never had was not cut off by the capture. */
		reader->counts.cut += rest->length >= TCP_HEADER_LEAST;
		reader->counts.wrong += rest->length < TCP_HEADER_LEAST;
		return SEGMENT_NONE;
	}
	uint32_t header = 4U * (at[12] >> 4);
	if (header < TCP_HEADER_LEAST || header > rest->length ||
		rest->length - header > PAYLOAD_MAX) {
		reader->counts.wrong++;
		return SEGMENT_NONE;
	}
	segment->from.port = packet_u16(at);
	segment->to.port = packet_u16(at + 2);
	segment->tcp = (struct tcp_header){
		.seq = packet_u32(at + 4),
		.ack = packet_u32(at + 8),
		.payload = rest->length - header,
		.window = packet_u16(at + 14),
		.flags = at[13],
	};
	if (header > TCP_HEADER_LEAST)
		tcp_options_read(at + TCP_HEADER_LEAST, header - TCP_HEADER_LEAST,
			rest->captured - TCP_HEADER_LEAST, &segment->tcp);
	segment->data = rest->captured > header ? at + header : NULL;
	segment->data_captured = rest->captured > header ? rest->captured - header : 0;
	reader->counts.segments++;
	return SEGMENT_WHOLE;
}

static enum segment_answer ip_read(
	struct segment_reader *reader, struct packet_rest *rest, struct segment *segment)
{
	struct ip_packet ip;
	enum ip_answer answer = ip_skip(rest, &ip);
	reader->counts.other += answer == IP_OTHER;
	reader->counts.cut += answer == IP_CUT;
	reader->counts.wrong += answer == IP_WRONG;
	reader->counts.fragments += answer == IP_PIECE;
	if (answer != IP_TCP && answer != IP_PIECE)
		return SEGMENT_NONE;
	segment->from = ip.from;
	segment->to = ip.to;
	segment->ttl = ip.ttl;
	if (answer == IP_PIECE && !pieces_add(reader->pieces, &ip, rest))
		return SEGMENT_PIECE;
	return tcp_read(reader, rest, segment);
}

enum segment_answer segment_read(
	struct segment_reader *reader, const struct capture_packet *packet, struct segment *segment)
{
	struct packet_rest rest = {packet->bytes, packet->captured, packet->length};
	reader->counts.packets++;
	switch (link_skip(packet->link_type, &rest)) {
	case LINK_IP:
		segment->at_ns = packet->at_ns;
		segment->packet = packet->number;
		return ip_read(reader, &rest, segment);
	case LINK_OTHER:
		reader->counts.other++;
		break;
	case LINK_CUT:
		reader->counts.cut++;
		break;
	case LINK_UNKNOWN:
		reader->counts.unknown_link++;
		reader->counts.link_type = packet->link_type;
		break;
	}
	return SEGMENT_NONE;
}

const struct segment_counts *segment_reader_finish(struct segment_reader *reader)
{
	reader->counts.incomplete = pieces_incomplete(reader->pieces);
	return &reader->counts;
}
