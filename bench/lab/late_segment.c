#include "bench/lab/late_segment.h"

#include "bench/lab/pair.h"

#define PORT 40000
/* The late acknowledgement has to lie between what the server has sent and a window before what was
 * acknowledged to it (RFC 5961, 5.2). Windows are larger than this. */
#define AHEAD_MOST 40000
/* What the server has sent beyond the late acknowledgement. */
#define BEYOND_BYTES 1000

static struct lab_late_segment segment_leave(
	struct lab *lab, const struct lab_late_meeting *meeting)
{
	struct pair *pair = lab_connect_from(lab, PORT);
	lab_echo(pair, meeting->echoed_bytes);
	uint64_t mark = lab_mark(lab);
	struct lab_late_segment late = {
		.rule = lab_rule(lab, meeting->action, CLIENT, .payload = PAYLOAD_SOME, .nth = 1)};
	lab_send(pair, CLIENT, LATE_SEGMENT_BYTES);
	lab_await_held(lab, late.rule, 1);
	late.header = lab_header(pair, 1, CLIENT, .payload = PAYLOAD_SOME, .since = mark);
	lab_reset(pair, CLIENT);
	lab_drain(pair, SERVER);
	return late;
}

/* Returns false where the late numbers are behind, or those of one end further ahead than those of
 * the other: the server's first one is another distance away where a SYN-ACK took its time. */
static bool numbers_reach(struct pair *pair, const struct tcp_header *late, unsigned ahead_most)
{
	uint32_t asked = late->seq - lab_first_byte(pair, CLIENT);
	uint32_t answered = late->ack - lab_first_byte(pair, SERVER);
	uint32_t apart = asked > answered ? asked - answered : answered - asked;
	if (asked > ahead_most || answered > ahead_most || apart > AHEAD_MOST)
		return false;
	unsigned more = (answered > asked ? apart : 0) + BEYOND_BYTES;
	lab_echo(pair, asked);
	lab_send(pair, SERVER, more);
	lab_read(pair, CLIENT, more);
	return true;
}

struct pair *lab_meet_segment(
	struct lab *lab, const struct lab_late_meeting *meeting, struct lab_late_segment *late)
{
	for (unsigned i = 0; i < meeting->tries && !lab_has_failed(lab); i++) {
		*late = segment_leave(lab, meeting);
		lab_think(lab, meeting->apart_ms);
		if (meeting->has_chosen_number)
			lab_first_number(lab, late->header.seq - 1 - meeting->below_bytes);
		struct pair *next = lab_connect_from(lab, PORT);
		if (!meeting->goes_on || numbers_reach(next, &late->header, meeting->echoed_bytes))
			return next;
		lab_open(lab, late->rule);
		lab_reset_both(next);
	}
	return NULL;
}

/* All go the same way, so what was late is there before the client's own bytes. */
unsigned lab_let_segment_in(
	struct pair *pair, const struct lab_late_segment *late, unsigned own_bytes)
{
	if (!pair)
		return 0;
	lab_open(pair->lab, late->rule);
	lab_send(pair, CLIENT, own_bytes);
	lab_read(pair, SERVER, own_bytes);
	return own_bytes + lab_read_now(pair, SERVER).bytes;
}
