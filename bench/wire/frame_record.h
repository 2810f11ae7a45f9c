/* What the wire saw and did, frame by frame: what each end sent, and what reached the other one by
 * a rule. */
#ifndef BENCH_WIRE_FRAME_RECORD_H
#define BENCH_WIRE_FRAME_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Bytes of a frame that are kept: its headers, with the longest that TCP's can be. */
#define FRAME_RECORD_BYTES 128
/* More are counted, and not kept. */
#define FRAME_RECORD_MAX 300000

enum frame_fate {
	FATE_PASSED,
	FATE_LOST,  /* as the impairment wants */
	FATE_TWICE, /* as the impairment wants */
	FATE_HELD,
	FATE_DROPPED,
	FATE_COPIED, /* it passed */
	FATE_SHIFTED,
	FATE_RELEASED, /* was held, or is a copy of what was sent before */
	FATE_INJECTED, /* nobody sent it */
};

struct frame_sight {
	uint64_t at_ns;   /* since 1970 */
	uint64_t held_ns; /* of FATE_RELEASED */
	uint16_t length, captured;
	uint8_t from; /* enum relay_end */
	uint8_t fate; /* enum frame_fate */
	uint8_t rule; /* its number, from 0, where the fate is a rule's */
	uint8_t bytes[FRAME_RECORD_BYTES];
};

/* Zeroed, it is empty. */
struct frame_record {
	struct frame_sight *sights;
	size_t count, room;
	uint64_t left_out;
};

/* Whether the end that sent it did so at that time. */
static inline bool frame_fate_is_sent(enum frame_fate fate)
{
	return fate != FATE_RELEASED && fate != FATE_INJECTED;
}

/* Whether the other end got it at that time. */
static inline bool frame_fate_is_delivered(enum frame_fate fate)
{
	return fate != FATE_LOST && fate != FATE_HELD && fate != FATE_DROPPED;
}

/* `sight` without time and bytes. */
void frame_record_add(
	struct frame_record *record, const struct frame_sight *sight, struct iovec frame);

/* What a person is told of its fate; NULL: nothing. Returns `text` otherwise. */
#define FRAME_FATE_TEXT 64
const char *frame_fate_text(const struct frame_sight *sight, char text[FRAME_FATE_TEXT]);

void frame_record_finish(struct frame_record *record);

#endif
