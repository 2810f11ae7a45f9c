#include "bench/trace/ladder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far ahead an acknowledgement is looked for. */
#define LOOK_AHEAD 4096
/* Fewer rows are not folded: it would not be shorter. */
#define FOLD_LEAST 3
/* A RST that changes no state. */
#define RST_VAIN (NOTE_RST_IGNORED | NOTE_RST_REFUSED)

void ladder_add(struct ladder *ladder, unsigned side, unsigned notes, const struct segment *segment)
{
	if (ladder->count == ladder->room && ladder->room < LADDER_ROWS_MAX) {
		size_t room = ladder->room ? 2 * ladder->room : 64;
		room = room < LADDER_ROWS_MAX ? room : LADDER_ROWS_MAX;
		struct ladder_row *rows = realloc(ladder->rows, room * sizeof(*rows));
		if (rows) {
			ladder->rows = rows;
			ladder->room = room;
		}
	}
	if (ladder->count == ladder->room) {
		ladder->left_out++;
		return;
	}
	ladder->rows[ladder->count++] = (struct ladder_row){
		.at_ns = segment->at_ns,
		.packet = segment->packet,
		.tcp = segment->tcp,
		.side = (uint8_t)side,
		.notes = notes | tls_reader_see(&ladder->tls, side, segment),
		.segments = 1,
		.bytes = segment->tcp.payload,
	};
}

/* A side's numbers begin at its SYN; where none was captured, such that its first byte is the first
 * (as in Wireshark). Of a side that was not captured at all, what is acknowledged to it tells. */
static uint32_t base_find(const struct ladder *ladder, unsigned side)
{
	const struct tcp_header *first = NULL, *acked = NULL;
	for (size_t i = 0; i < ladder->count; i++) {
		const struct ladder_row *row = &ladder->rows[i];
		const struct tcp_header *tcp = &row->tcp;
		if (row->side == side && tcp_header_has(tcp, TCP_SYN))
			return tcp->seq;
		/* A refusal's number is 0, and not of the side's own. */
		bool is_refusal = tcp_header_has(tcp, TCP_RST) && tcp->seq == 0;
		if (row->side == side && !first && !is_refusal)
			first = tcp;
		if (row->side != side && !acked && tcp_header_has(tcp, TCP_ACK))
			acked = tcp;
	}
	return first ? first->seq - 1 : acked ? acked->ack - 1 : 0;
}

/* What an end sent at that time: not what a wire kept and then sent, or made up. */
static bool row_is_sent(const struct ladder_row *row)
{
	return !(row->notes & (RST_VAIN | NOTE_RELEASED | NOTE_INJECTED));
}

/* What the other end got, if not at that time. */
static bool row_is_delivered(const struct ladder_row *row)
{
	return !(row->notes & (RST_VAIN | NOTE_HELD | NOTE_DROPPED));
}

/* The row after which the other end had the segment. It had not, as long as the other end sends
 * segments that do not acknowledge it. */
static uint32_t delivery_find(const struct ladder *ladder, size_t at)
{
	const struct ladder_row *row = &ladder->rows[at];
	uint32_t end = tcp_header_end_seq(&row->tcp), delivered = (uint32_t)at;
	/* When a wire sent it is known. */
	if (row->notes & (NOTE_HELD | NOTE_DROPPED | NOTE_RELEASED | NOTE_INJECTED))
		return delivered;
	/* What takes no number is not acknowledged: only the order is known. */
	if (!(row->tcp.flags & (TCP_SYN | TCP_FIN)) || tcp_header_has(&row->tcp, TCP_RST))
		return delivered;
	size_t last = at + LOOK_AHEAD < ladder->count ? at + LOOK_AHEAD : ladder->count;
	for (size_t i = at + 1; i < last; i++) {
		const struct ladder_row *other = &ladder->rows[i];
		bool opens_too = tcp_header_opens(&other->tcp);
		if (other->side == row->side ||
			(!opens_too && !tcp_header_has(&other->tcp, TCP_ACK)))
			continue;
		if (!opens_too && !tcp_seq_before(other->tcp.ack, end))
			break;
		delivered = (uint32_t)i;
	}
	return delivered;
}

/* What an end sends arrives in order, as far as its states are concerned. */
static void deliveries_find(struct ladder *ladder)
{
	uint32_t floors[2] = {0, 0};
	for (size_t i = 0; i < ladder->count; i++) {
		struct ladder_row *row = &ladder->rows[i];
		uint32_t delivered = delivery_find(ladder, i);
		uint32_t *floor = &floors[row->side];
		*floor = row->delivered_row = delivered > *floor ? delivered : *floor;
	}
}

/* The RSTs of a side from this row to the last one that was judged. */
static void rsts_mark(
	struct ladder *ladder, size_t from, size_t last, unsigned side, enum connection_note note)
{
	for (size_t i = from; i <= last; i++)
		if (ladder->rows[i].side == side && tcp_header_has(&ladder->rows[i].tcp, TCP_RST) &&
			!(ladder->rows[i].notes & NOTE_RST_REFUSED))
			ladder->rows[i].notes |= note;
}

/* The RSTs that end nothing, as the judge of endings says it. */
static void ignored_find(struct ladder *ladder)
{
	struct tcp_ending ending = {0};
	size_t kept[2] = {0, 0}; /* the row of a side's RST that counts */
	for (size_t i = 0; i < ladder->count; i++) {
		struct ladder_row *row = &ladder->rows[i];
		unsigned told = tcp_ending_see(&ending, (enum tcp_ending_side)row->side, &row->tcp);
		if (told & TOLD_OWN_TAKEN_BACK)
			rsts_mark(ladder, kept[row->side], i - 1, row->side, NOTE_RST_IGNORED);
		if (told & TOLD_OTHER_TAKEN_BACK)
			rsts_mark(ladder, kept[!row->side], i, !row->side, NOTE_RST_REFUSED);
		if (told & TOLD_REFUSED)
			row->notes |= NOTE_RST_REFUSED;
		if (told & TOLD_RST)
			kept[row->side] = i;
	}
}

static bool opens(const struct ladder *ladder, unsigned side)
{
	for (size_t i = 0; i < ladder->count; i++)
		if (ladder->rows[i].side == side && tcp_header_opens(&ladder->rows[i].tcp))
			return true;
	return false;
}

/* The first segment of a side that is no RST, or NULL. */
static const struct tcp_header *first_of(const struct ladder *ladder, unsigned side)
{
	for (size_t i = 0; i < ladder->count; i++)
		if (ladder->rows[i].side == side && !tcp_header_has(&ladder->rows[i].tcp, TCP_RST))
			return &ladder->rows[i].tcp;
	return NULL;
}

/* Where the beginning was seen the client is CLOSED. The server listens, if it ever answers with a
 * SYN; one that answers with something else has an older connection. */
static void initial_states_find(
	const struct ladder *ladder, unsigned client, struct tcp_end ends[2])
{
	const struct tcp_header *answer = first_of(ladder, !client);
	ends[0] = ends[1] = (struct tcp_end){.state = STATE_UNKNOWN};
	if (!opens(ladder, client))
		return;
	ends[client].state = STATE_CLOSED;
	if (answer && tcp_header_has(answer, TCP_SYN))
		ends[!client].state = STATE_LISTEN;
	ends[!client].is_older = answer && !tcp_header_has(answer, TCP_SYN);
	if (ends[!client].is_older)
		ends[!client].state = (enum tcp_state)ladder->older[!client];
}

/* A RST that a wire sent, in an order that is known, at another number than the next: it is
 * challenged (RFC 5961, 3.2). */
static bool is_challenged(const struct tcp_end *receiver, const struct ladder_row *row)
{
	return row->notes & (NOTE_RELEASED | NOTE_INJECTED) && tcp_header_has(&row->tcp, TCP_RST) &&
	       receiver->awaits && receiver->state >= STATE_ESTABLISHED &&
	       row->tcp.seq != receiver->awaited;
}

static void states_follow(struct ladder *ladder, unsigned client)
{
	struct tcp_end ends[2];
	size_t next[2] = {0, 0}; /* the first row of a side that was not delivered yet */
	initial_states_find(ladder, client, ends);
	ladder->initial[0] = (uint8_t)ends[0].state;
	ladder->initial[1] = (uint8_t)ends[1].state;
	for (size_t i = 0; i < ladder->count; i++) {
		struct ladder_row *row = &ladder->rows[i];
		if (row_is_sent(row))
			tcp_end_send(&ends[row->side], &row->tcp);
		row->passed = (uint8_t)ends[row->side].state;
		for (unsigned side = 0; side < 2; side++)
			for (; next[side] <= i; next[side]++) {
				const struct ladder_row *sent = &ladder->rows[next[side]];
				if (sent->side == side && sent->delivered_row > i)
					break;
				if (sent->side == side && row_is_delivered(sent) &&
					!is_challenged(&ends[!side], sent))
					tcp_end_receive(&ends[!side], &sent->tcp);
			}
		row->states[0] = (uint8_t)ends[0].state;
		row->states[1] = (uint8_t)ends[1].state;
	}
}

/* Data of an end that has no room itself, and whose segment before these said so, too. */
static bool is_still_without_room(const struct ladder *ladder, size_t at)
{
	const struct ladder_row *row = &ladder->rows[at];
	if ((row->notes & ~(unsigned)NOTES_TLS) != NOTE_ZERO_WINDOW || row->tcp.payload == 0)
		return false;
	while (at-- > 0)
		if (ladder->rows[at].side == row->side)
			return ladder->rows[at].notes & NOTE_ZERO_WINDOW;
	return false;
}

/* A row that shows nothing but data that flows. */
static bool is_plain(const struct ladder *ladder, size_t at)
{
	const struct ladder_row *row = &ladder->rows[at];
	const uint8_t *before = at > 0 ? ladder->rows[at - 1].states : ladder->initial;
	return !(row->tcp.flags & (TCP_SYN | TCP_FIN | TCP_RST)) &&
	       ((row->notes & ~(unsigned)NOTE_TLS_DATA) == 0 ||
		       is_still_without_room(ladder, at)) &&
	       memcmp(before, row->states, sizeof(row->states)) == 0;
}

/* The first and the last row of a run are shown. */
static void folds_find(struct ladder *ladder)
{
	for (size_t i = 0; i < ladder->count;) {
		size_t end = i;
		while (end < ladder->count && is_plain(ladder, end))
			end++;
		if (end - i >= FOLD_LEAST + 2)
			ladder->rows[i + 1].folded = end - i - 2;
		i = end > i ? end : i + 1;
	}
}

struct ladder_fold ladder_fold_sum(const struct ladder *ladder, size_t at, size_t count)
{
	struct ladder_fold fold = {{0, 0}, {0, 0}};
	for (size_t i = at; i < at + count; i++) {
		const struct ladder_row *row = &ladder->rows[i];
		fold.segments[row->side] += row->segments;
		fold.bytes[row->side] += row->bytes;
	}
	return fold;
}

void ladder_settle(struct ladder *ladder, unsigned client)
{
	ladder->bases[0] = base_find(ladder, 0);
	ladder->bases[1] = base_find(ladder, 1);
	deliveries_find(ladder);
	ignored_find(ladder);
	states_follow(ladder, client);
	folds_find(ladder);
}

uint32_t ladder_shown_seq(const struct ladder *ladder, const struct ladder_row *row)
{
	if (tcp_header_has(&row->tcp, TCP_RST) && row->tcp.seq == 0)
		return 0;
	return ladder_seq(ladder, row->side, row->tcp.seq);
}

static const struct {
	uint8_t flag;
	char name[4];
} flag_names[] = {{TCP_FIN, "FIN"}, {TCP_SYN, "SYN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"},
	{TCP_ACK, "ACK"}, {TCP_URG, "URG"}, {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}};
#define FLAGS (sizeof(flag_names) / sizeof(flag_names[0]))

const char *ladder_flags(const struct tcp_header *header, char text[LADDER_FLAGS_SIZE])
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < FLAGS; i++)
		if (header->flags & flag_names[i].flag)
			used += (size_t)snprintf(text + used, LADDER_FLAGS_SIZE - used, "%s%s",
				used ? ", " : "", flag_names[i].name);
	return text[0] ? text : "none";
}

uint8_t ladder_flags_of(const char *text)
{
	unsigned flags = 0;
	for (size_t i = 0; i < FLAGS; i++)
		if (strstr(text, flag_names[i].name))
			flags |= flag_names[i].flag;
	return (uint8_t)flags;
}

void ladder_finish(struct ladder *ladder)
{
	free(ladder->rows);
	*ladder = (struct ladder){0};
}
