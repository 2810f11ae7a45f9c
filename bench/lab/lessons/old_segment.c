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

#define PORT 40000
#define OLD_BYTES 32
#define OWN_BYTES 10
/* Faster than the clock of initial sequence numbers, 15.6 MB/s (RFC 9293, 3.4.1; Linux counts one
 * each 64 ns), an old connection is ahead of the new one's first number. */
#define FAST_BYTES (1u << 20)
/* The old acknowledgement has to lie between what the server has sent and a window before what was
 * acknowledged to it (RFC 5961, 5.2). Windows are larger than this. */
#define APART_MOST 40000
/* A timestamp that is older by 1 ms alone is not refused (include/net/tcp.h, TCP_PAWS_WINDOW). */
#define APART_MS 5
/* A burst that nothing interrupts is fast enough, also on a machine that is busy. */
#define TRIES 30

/* A connection that has carried so many bytes each way, and is reset while the wire still holds its
 * last segment. Returns the rule. */
static int old_one_leave(struct lab *lab, unsigned bytes, struct tcp_header *old)
{
	struct pair *pair = lab_connect_from(lab, PORT);
	lab_echo(pair, bytes);
	uint64_t mark = lab_mark(lab);
	int rule = lab_rule(lab, RULE_HOLD, CLIENT, .payload = PAYLOAD_SOME, .nth = 1);
	lab_send(pair, CLIENT, OLD_BYTES);
	lab_await_held(lab, rule, 1);
	*old = lab_header(pair, 1, CLIENT, .payload = PAYLOAD_SOME, .since = mark);
	lab_reset(pair, CLIENT);
	lab_drain(pair, SERVER);
	return rule;
}

/* How many of the old bytes the new connection's server reads. */
static unsigned old_one_enter(struct pair *pair, int rule)
{
	unsigned bytes = lab_let_in(pair, rule, OWN_BYTES);
	lab_reset_both(pair);
	return bytes == OLD_BYTES ? OLD_BYTES : 0;
}

/* The new connection goes up to the old one's number; the server sends what the old acknowledgement
 * acknowledges, and a little more. Returns false where the old numbers are not ahead, or too far
 * apart: the server's is another distance where a SYN-ACK took its time. */
static bool number_reach(struct pair *pair, const struct tcp_header *old)
{
	uint32_t asked = old->seq - lab_first_byte(pair, CLIENT);
	uint32_t answered = old->ack - lab_first_byte(pair, SERVER);
	uint32_t apart = asked > answered ? asked - answered : answered - asked;
	if (asked == 0 || asked >= FAST_BYTES || answered >= FAST_BYTES || apart > APART_MOST)
		return false;
	unsigned more = (answered > asked ? apart : 0) + 1000;
	lab_echo(pair, asked);
	lab_send(pair, SERVER, more);
	lab_read(pair, CLIENT, more);
	return true;
}

/* Where the machine is too slow for that, the clock is stopped: the server's numbers follow the
 * client's (SYN cookies, net/ipv4/syncookies.c), and that is chosen. */
static unsigned fast_try(struct lab *lab, const char *caption, bool *is_stopped)
{
	for (int i = 0; i < 2 * TRIES && !lab_has_failed(lab); i++) {
		struct tcp_header old;
		*is_stopped |= i == TRIES;
		lab_set(lab, SERVER, "tcp_syncookies", *is_stopped ? "2" : "1");
		int rule = old_one_leave(lab, FAST_BYTES, &old);
		lab_think(lab, APART_MS);
		if (*is_stopped)
			lab_first_number(lab, old.seq - 1 - FAST_BYTES / 2);
		struct pair *pair = lab_connect_from(lab, PORT);
		if (number_reach(pair, &old)) {
			lab_show(pair, caption);
			return old_one_enter(pair, rule);
		}
		lab_open(lab, rule);
		lab_reset_both(pair);
	}
	lab_fail(lab, "no new connection had numbers below the old segment's");
	return 0;
}

static unsigned slow_try(struct lab *lab)
{
	struct tcp_header old;
	int rule = old_one_leave(lab, 100, &old);
	return old_one_enter(lab_connect_from(lab, PORT), rule);
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
	.claims = claims,
	.claim_count = sizeof(claims) / sizeof(claims[0]),
	.scene =
		"The wire holds the client's last segment, the client resets, connects again from "
		"the same port, and goes on to the old segment's number. Then the wire lets it go. "
		"Tries in which the first connection was slower than the clock of initial numbers "
		"show nothing, and are made again; after 30 the clock is stopped (SYN cookies).",
	.practice = "Keep timestamps on: then TIME-WAIT is the second shield, not the only one.",
	.play = play,
};
