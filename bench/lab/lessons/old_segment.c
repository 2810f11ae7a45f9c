/* The danger that TIME-WAIT is there for: a delayed segment in the next connection of the same
 * ports. Four shields are in its way; here TIME-WAIT is always down (the client resets).
 *
 *     client                                    server
 *                  ──────── data ───────        held by the wire
 *     CLOSED       ──────── RST ────────▶       CLOSED
 *     ESTABLISHED  ◀──── a new connection ──▶   ESTABLISHED   up to the old one's number
 *                  ───── old segment ────▶      read by the application, or refused
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"enters-next",
		"Without TIME-WAIT a delayed segment enters the next connection of the same ports.",
		"RFC 9293, 3.6.1; RFC 1337; common belief"},
	{"timestamps-refuse", "Timestamps refuse it, without TIME-WAIT.", "RFC 7323, 5"},
};

#define OWN_BYTES 10
/* Faster than the clock of initial sequence numbers, 15.6 MB/s (RFC 9293, 3.4.1; Linux counts one
 * each 64 ns), an old connection is ahead of the new one's first number. */
#define FAST_BYTES (1u << 20)
/* A burst that nothing interrupts is fast enough, also on a machine that is busy. */
#define TRIES 30

/* How many of the old bytes the new connection's server reads. */
static unsigned old_one_enter(struct pair *pair, const struct lab_late_segment *old)
{
	unsigned bytes = lab_let_segment_in(pair, old, OWN_BYTES);
	lab_reset_both(pair);
	return bytes == LATE_SEGMENT_BYTES ? bytes : 0;
}

static unsigned slow_try(struct lab *lab)
{
	const struct lab_late_meeting slow = {
		RULE_HOLD, .echoed_bytes = 100, .apart_ms = 5, .tries = 1};
	struct lab_late_segment old;
	return old_one_enter(lab_meet_segment(lab, &slow, &old), &old);
}

/* Where the machine is too slow for that, the clock is stopped: the server's numbers follow the
 * client's (SYN cookies, net/ipv4/syncookies.c), and that is chosen. */
static unsigned fast_try(struct lab *lab, const char *caption, bool *is_stopped)
{
	struct lab_late_meeting fast = {RULE_HOLD, .echoed_bytes = FAST_BYTES, .apart_ms = 5,
		.goes_on = true, .below_bytes = FAST_BYTES / 2, .tries = TRIES};
	struct lab_late_segment old;
	struct pair *pair = *is_stopped ? NULL : lab_meet_segment(lab, &fast, &old);
	if (!pair) {
		fast.has_chosen_number = *is_stopped = true;
		lab_set(lab, SERVER, "tcp_syncookies", "2");
		pair = lab_meet_segment(lab, &fast, &old);
	}
	if (!pair)
		lab_fail(lab, "no new connection had numbers below the old segment's");
	lab_show(pair, caption);
	return old_one_enter(pair, &old);
}

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	unsigned slow = slow_try(lab);
	bool is_stopped = false;
	unsigned bare =
		fast_try(lab, "no shield left: the server reads the old bytes", &is_stopped);
	lab_set(lab, CLIENT, "tcp_timestamps", "1");
	unsigned stamped = fast_try(lab, "the same with timestamps", &is_stopped);
	unsigned refused = lab_counter(lab, SERVER, "PAWSEstab");

	lab_measure(lab, "enters-next", {"entered_slow", slow}, {"entered_fast", bare},
		{"entered_with_timestamps", stamped});
	lab_decide(lab, "enters-next",
		slow > 0 || stamped > 0 ? HOLDS
		: bare > 0              ? DIFFERS
					: DOES_NOT_HOLD,
		"Of 32 old bytes the application read %u where the old connection was slow, %u "
		"where %s, and %u there with timestamps.",
		slow, bare,
		is_stopped
			? "the clock of numbers was stopped, since this machine is too slow for it"
			: "it was faster than the clock of numbers",
		stamped);
	lab_measure(lab, "timestamps-refuse", {"PAWSEstab", refused});
	lab_holds(lab, "timestamps-refuse", bare > 0 && stamped == 0 && refused > 0,
		"With timestamps the old segment was %s%s: PAWSEstab %u.",
		stamped > 0 ? "read" : "refused", refused > 0 ? ", and counted" : "", refused);
}

const struct lesson lesson_old_segment = {
	.name = "old-segment",
	.asks = "Can a delayed segment enter the next connection?",
	LESSON_CLAIMS(claims),
	.scene =
		"The wire holds the client's last segment, the client resets, connects again from "
		"the same port, and goes on to the old segment's number. Then the wire lets it go. "
		"Tries in which the first connection was slower than the clock of initial numbers "
		"show nothing, and are made again; after 30 the clock is stopped (SYN cookies).",
	.practice = "Keep timestamps on: then TIME-WAIT is the second shield, not the only one.",
	.play = play,
};
