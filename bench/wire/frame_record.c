#include "bench/wire/frame_record.h"

#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool room_make(struct frame_record *record)
{
	if (record->count < record->room)
		return true;
	size_t room = record->room ? 2 * record->room : 256;
	if (record->count >= FRAME_RECORD_MAX)
		return false;
	struct frame_sight *sights = realloc(record->sights, room * sizeof(*sights));
	if (!sights)
		return false;
	record->sights = sights;
	record->room = room;
	return true;
}

void frame_record_add(
	struct frame_record *record, const struct frame_sight *sight, struct iovec frame)
{
	struct timespec now;
	if (!room_make(record)) {
		record->left_out++;
		return;
	}
	struct frame_sight *kept = &record->sights[record->count++];
	*kept = *sight;
	clock_gettime(CLOCK_REALTIME, &now);
	kept->at_ns = clock_timespec_ns(&now);
	kept->length = (uint16_t)frame.iov_len;
	kept->captured = kept->length < FRAME_RECORD_BYTES ? kept->length : FRAME_RECORD_BYTES;
	memcpy(kept->bytes, frame.iov_base, kept->captured);
}

const char *frame_fate_text(const struct frame_sight *sight, char text[FRAME_FATE_TEXT])
{
	static const char *const by_rule[] = {
		[FATE_HELD] = "held by rule %u",
		[FATE_DROPPED] = "dropped by rule %u",
		[FATE_COPIED] = "copied by rule %u",
		[FATE_SHIFTED] = "timestamp changed by rule %u",
	};
	unsigned rule = sight->rule + 1u;
	switch ((enum frame_fate)sight->fate) {
	case FATE_PASSED:
		return NULL;
	case FATE_LOST:
		return "lost by the wire";
	case FATE_TWICE:
		return "sent twice by the wire";
	case FATE_INJECTED:
		return "injected by the wire";
	case FATE_RELEASED:
		snprintf(text, FRAME_FATE_TEXT, "released by rule %u after %.1f ms", rule,
			(double)sight->held_ns / 1e6);
		return text;
	case FATE_HELD:
	case FATE_DROPPED:
	case FATE_COPIED:
	case FATE_SHIFTED:
		break;
	}
	snprintf(text, FRAME_FATE_TEXT, by_rule[sight->fate], rule);
	return text;
}

void frame_record_finish(struct frame_record *record)
{
	free(record->sights);
	*record = (struct frame_record){0};
}
