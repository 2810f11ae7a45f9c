#include "bench/trace/byte_ledger.h"
#include "bench/trace/tcp_header.h"

#include <stdlib.h>
#include <string.h>

#define HOLES_MAX 1024
#define HOLES_FIRST 3
/* A number that lies farther ahead is no loss of the capture: it is not of this connection. */
#define AHEAD_MAX (UINT32_C(1) << 30)
/* How much earlier than the first segment one may lie that is captured behind it, where no SYN was
 * seen. */
#define BEFORE_MAX (UINT32_C(1) << 20)

struct byte_hole {
	uint32_t start, end;
};

/* In the order in which they came to be. */
struct byte_holes {
	uint32_t count, room;
	struct byte_hole at[];
};

static uint32_t hole_count(const struct byte_ledger *ledger)
{
	return ledger->holes ? ledger->holes->count : 0;
}

static bool holes_grow(struct byte_ledger *ledger)
{
	uint32_t count = hole_count(ledger), room = count ? 2 * count : HOLES_FIRST;
	if (ledger->holes && count < ledger->holes->room)
		return true;
	if (count >= HOLES_MAX)
		return false;
	struct byte_holes *holes =
		realloc(ledger->holes, sizeof(*holes) + room * sizeof(struct byte_hole));
	if (!holes)
		return false;
	ledger->holes = holes;
	holes->count = count;
	holes->room = room;
	return true;
}

static void hole_remove(struct byte_holes *holes, uint32_t at)
{
	holes->count--;
	memmove(&holes->at[at], &holes->at[at + 1], (holes->count - at) * sizeof(struct byte_hole));
}

/* Where there is no room, the oldest hole gives way: it is the least likely to be filled. */
static void hole_add(struct byte_ledger *ledger, uint32_t start, uint32_t end)
{
	if (!holes_grow(ledger)) {
		ledger->overflown = true;
		if (hole_count(ledger) == 0)
			return;
		hole_remove(ledger->holes, 0);
	}
	ledger->holes->at[ledger->holes->count++] = (struct byte_hole){start, end};
}

/* Takes the range out of the holes. Returns how many bytes of it were missing. */
static uint32_t holes_fill(struct byte_ledger *ledger, uint32_t start, uint32_t end)
{
	uint32_t filled = 0;
	for (uint32_t i = 0; i < hole_count(ledger);) {
		struct byte_hole hole = ledger->holes->at[i];
		uint32_t from = tcp_seq_before(hole.start, start) ? start : hole.start;
		uint32_t to = tcp_seq_before(end, hole.end) ? end : hole.end;
		if (!tcp_seq_before(from, to)) {
			i++;
			continue;
		}
		filled += to - from;
		bool before = hole.start != from, behind = hole.end != to;
		if (before)
			ledger->holes->at[i].end = from;
		else if (behind)
			ledger->holes->at[i].start = to;
		if (before && behind)
			hole_add(ledger, to, hole.end);
		if (before || behind)
			i++;
		else
			hole_remove(ledger->holes, i);
	}
	return filled;
}

/* The part of the range that lies before the first number: new where no SYN was seen. */
static uint32_t front_add(struct byte_ledger *ledger, uint32_t start, uint32_t end)
{
	uint32_t to = tcp_seq_before(end, ledger->first) ? end : ledger->first;
	if (ledger->first_known || !tcp_seq_before(start, ledger->first) ||
		ledger->first - start > BEFORE_MAX)
		return 0;
	if (to != ledger->first)
		hole_add(ledger, to, ledger->first);
	ledger->first = start;
	return to - start;
}

void byte_ledger_begin(struct byte_ledger *ledger, uint32_t first)
{
	if (ledger->begun && ledger->first_known)
		return;
	/* Data may have been captured before the SYN. */
	if (ledger->begun && tcp_seq_before(first, ledger->first))
		hole_add(ledger, first, ledger->first);
	if (!ledger->begun || tcp_seq_before(ledger->next, first))
		ledger->next = first;
	ledger->first = first;
	ledger->begun = ledger->first_known = true;
}

/* Numbers wrap: what lies too far behind would look as if it lay ahead. */
static void past_forget(struct byte_ledger *ledger)
{
	if (!ledger->first_known && ledger->next - ledger->first > AHEAD_MAX)
		ledger->first_known = true;
	while (hole_count(ledger) > 0 && ledger->next - ledger->holes->at[0].start > AHEAD_MAX)
		hole_remove(ledger->holes, 0);
}

enum byte_news byte_ledger_add(struct byte_ledger *ledger, uint32_t seq, uint32_t length)
{
	uint32_t end = seq + length;
	if (!ledger->begun) {
		ledger->first = seq;
		ledger->next = end;
		ledger->bytes = length;
		ledger->begun = true;
		return length > 0 ? BYTES_NEW : BYTES_NONE;
	}
	if (length == 0)
		return BYTES_NONE;
	int32_t ahead = (int32_t)(seq - ledger->next);
	if (ahead > (int32_t)AHEAD_MAX || ahead < -(int32_t)AHEAD_MAX)
		return BYTES_ASTRAY;
	uint32_t old_next = ledger->next, fresh = 0;
	if (tcp_seq_before(old_next, end)) {
		uint32_t from = ahead > 0 ? seq : old_next;
		if (ahead > 0)
			hole_add(ledger, old_next, seq);
		fresh = end - from;
		ledger->next = end;
		past_forget(ledger);
	}
	uint32_t late = 0;
	if (ahead < 0) {
		late = holes_fill(ledger, seq, tcp_seq_before(end, old_next) ? end : old_next);
		late += front_add(ledger, seq, end);
	}
	ledger->bytes += fresh + late;
	if (ahead > 0)
		return BYTES_AHEAD;
	if (fresh > 0)
		return BYTES_NEW;
	return late > 0 ? BYTES_LATE : BYTES_AGAIN;
}

uint64_t byte_ledger_behind(const struct byte_ledger *ledger, uint32_t acked)
{
	if (!ledger->begun || !tcp_seq_before(acked, ledger->next))
		return 0;
	uint64_t behind = ledger->next - acked;
	for (uint32_t i = 0; i < hole_count(ledger); i++) {
		const struct byte_hole *hole = &ledger->holes->at[i];
		uint32_t from = tcp_seq_before(hole->start, acked) ? acked : hole->start;
		if (tcp_seq_before(from, hole->end))
			behind -= hole->end - from;
	}
	return behind < ledger->bytes ? behind : ledger->bytes;
}

bool byte_ledger_has_gap_before(const struct byte_ledger *ledger, uint32_t acked)
{
	for (uint32_t i = 0; i < hole_count(ledger); i++)
		if (tcp_seq_before(ledger->holes->at[i].start, acked))
			return true;
	return ledger->begun && tcp_seq_before(ledger->next, acked);
}

void byte_ledger_finish(struct byte_ledger *ledger)
{
	free(ledger->holes);
	*ledger = (struct byte_ledger){0};
}
