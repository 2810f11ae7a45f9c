#include "bench/trace/pieces.h"

#include <stdlib.h>
#include <string.h>

/* Of one packet; more pieces than that are not put together. */
#define RANGES_MAX 48

struct range {
	uint32_t start, end;
};

/* One packet, and what has come of it. */
struct waiting {
	struct endpoint from, to;
	uint32_t identification;
	bool used;
	uint64_t since;
	uint32_t length; /* of the whole; 0: the last piece is still to come */
	/* What was captured of the TCP header, and which bytes those are: the first piece may have
	 * too little of it. */
	uint8_t header[PIECES_HEADER_MAX], has_header[PIECES_HEADER_MAX];
	unsigned range_count;
	struct range ranges[RANGES_MAX];
};

struct pieces {
	struct waiting waiting[PIECES_PACKETS];
	uint8_t header[PIECES_HEADER_MAX]; /* of the packet that became whole last */
	uint64_t calls, given_up;
};

struct pieces *pieces_create(void)
{
	return calloc(1, sizeof(struct pieces));
}

void pieces_destroy(struct pieces *pieces)
{
	free(pieces);
}

static bool is_of(const struct waiting *waiting, const struct ip_packet *packet)
{
	return waiting->used && waiting->identification == packet->identification &&
	       endpoint_equals(&waiting->from, &packet->from) &&
	       endpoint_equals(&waiting->to, &packet->to);
}

/* The packet's place: its own, a free one, or that of the oldest. */
static struct waiting *waiting_find(struct pieces *pieces, const struct ip_packet *packet)
{
	struct waiting *best = &pieces->waiting[0];
	for (size_t i = 0; i < PIECES_PACKETS; i++) {
		struct waiting *one = &pieces->waiting[i];
		if (is_of(one, packet))
			return one;
		if (best->used && (!one->used || one->since < best->since))
			best = one;
	}
	pieces->given_up += best->used;
	memset(best, 0, sizeof(*best));
	best->from = packet->from;
	best->to = packet->to;
	best->identification = packet->identification;
	best->used = true;
	best->since = pieces->calls;
	return best;
}

/* Adds a range; one that touches others becomes one with them. */
static void range_add(struct waiting *waiting, struct range range)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < waiting->range_count; i++) {
		struct range other = waiting->ranges[i];
		if (other.end < range.start || range.end < other.start) {
			waiting->ranges[kept++] = other;
			continue;
		}
		range.start = other.start < range.start ? other.start : range.start;
		range.end = other.end > range.end ? other.end : range.end;
	}
	if (kept < RANGES_MAX)
		waiting->ranges[kept++] = range;
	waiting->range_count = kept;
}

static void header_add(struct waiting *waiting, uint32_t offset, const struct packet_rest *rest)
{
	if (offset >= PIECES_HEADER_MAX)
		return;
	uint32_t room = PIECES_HEADER_MAX - offset;
	uint32_t bytes = rest->captured < room ? rest->captured : room;
	memcpy(waiting->header + offset, rest->at, bytes);
	memset(waiting->has_header + offset, 1, bytes);
}

static uint32_t header_bytes(const struct waiting *waiting)
{
	const uint8_t *gap = memchr(waiting->has_header, 0, PIECES_HEADER_MAX);
	return gap ? (uint32_t)(gap - waiting->has_header) : PIECES_HEADER_MAX;
}

static bool is_whole(const struct waiting *waiting)
{
	return waiting->length > 0 && waiting->range_count == 1 && waiting->ranges[0].start == 0 &&
	       waiting->ranges[0].end >= waiting->length;
}

bool pieces_add(struct pieces *pieces, const struct ip_packet *packet, struct packet_rest *rest)
{
	pieces->calls++;
	struct waiting *waiting = waiting_find(pieces, packet);
	range_add(waiting, (struct range){packet->offset, packet->offset + rest->length});
	if (packet->is_last)
		waiting->length = packet->offset + rest->length;
	header_add(waiting, packet->offset, rest);
	if (!is_whole(waiting))
		return false;
	memcpy(pieces->header, waiting->header, sizeof(pieces->header));
	*rest = (struct packet_rest){pieces->header, header_bytes(waiting), waiting->length};
	waiting->used = false;
	return true;
}

uint64_t pieces_incomplete(const struct pieces *pieces)
{
	uint64_t incomplete = pieces->given_up;
	for (size_t i = 0; i < PIECES_PACKETS; i++)
		incomplete += pieces->waiting[i].used;
	return incomplete;
}
