/* What stands between a late duplicate and the next connection of the same ports. Each scene leaves
 * one shield up and has those before it down.
 *
 *     client                                    server
 *     ESTABLISHED  ──────── data ───────▶       ESTABLISHED   the wire keeps a copy
 *     CLOSED       ──────── RST ────────▶       CLOSED        no TIME-WAIT
 *     ESTABLISHED  ◀──── a new connection ──▶   ESTABLISHED   its next number is the copy's
 *                  ────── the copy ─────▶                     refused, or read
 *
 * The clock of initial numbers is down where the client begins with the copy's number; the check of
 * acknowledgements, where the server answers with SYN cookies, too: its number follows the client's
 * (net/ipv4/syncookies.c), so the next connection has the old one's numbers at both ends.
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <string.h>

/* Each has those before it down. */
enum shield { TIME_WAIT, NUMBER_CLOCK, ACK_CHECK, TIMESTAMPS, NONE, SHIELDS };

static const struct claim claims[SHIELDS] = {
	[TIME_WAIT] = {"time-wait",
		"TIME-WAIT refuses the next connection of the same ports, and so each late "
		"duplicate.",
		"RFC 9293, 3.6.1; RFC 1337"},
	[NUMBER_CLOCK] = {"number-clock",
		"Without it the clock of initial numbers has the new connection begin beyond all "
		"old numbers.",
		"RFC 9293, 3.4.1"},
	[ACK_CHECK] = {"ack-check",
		"Where the number fits, the duplicate's acknowledgement gives it away.",
		"RFC 5961, 5.2"},
	[TIMESTAMPS] = {"timestamps", "Where both fit, its timestamp does.", "RFC 7323, 5.3"},
	[NONE] = {"none-left", "Where all four are down, the application reads it.", "RFC 1337, 1"},
};

#define OWN_BYTES 10
/* The clock goes on by 15.6 numbers each microsecond: by more than a window. */
#define APART_MS 50

/* By the one shield that is up: where it is counted, how many bytes the server reads, and why. */
static const struct {
	const char *counter;
	bool is_counted;
	unsigned reads_bytes;
	const char *caption, *because;
} scenes[SHIELDS] = {
	[NUMBER_CLOCK] = {"TCPChallengeACK", false, OWN_BYTES, NULL,
		"its number was below the new connection's first one"},
	[ACK_CHECK] = {"TCPChallengeACK", true, OWN_BYTES,
		"the number fits, the acknowledgement does not",
		"it was the next segment by its number, and acknowledged the old server's bytes"},
	[TIMESTAMPS] = {"PAWSEstab", true, OWN_BYTES,
		"number and acknowledgement fit, the timestamp does not",
		"its timestamp was older than the last one"},
	[NONE] = {"TCPChallengeACK", false, LATE_SEGMENT_BYTES,
		"no shield is left: the server reads the old bytes",
		"the old bytes, and the client's own were taken for sent again"},
};

static void scene_play(struct lab *lab, enum shield shield)
{
	const char *claim = claims[shield].id, *counter = scenes[shield].counter;
	/* Cookies of another minute have another number. */
	const struct lab_late_meeting meeting = {RULE_COPY, .echoed_bytes = 200,
		.apart_ms = APART_MS, .has_chosen_number = shield > NUMBER_CLOCK,
		.goes_on = shield > ACK_CHECK, .tries = 3};
	struct lab_late_segment copy;
	lab_set(lab, CLIENT, "tcp_timestamps", shield == TIMESTAMPS ? "1" : "0");
	lab_set(lab, SERVER, "tcp_syncookies", shield > ACK_CHECK ? "2" : "1");
	struct pair *pair = lab_meet_segment(lab, &meeting, &copy);
	if (!pair)
		lab_fail(lab, "the server's number did not follow the client's");
	lab_show(pair, scenes[shield].caption);
	unsigned before = lab_counter(lab, SERVER, counter);
	unsigned bytes = lab_let_segment_in(pair, &copy, OWN_BYTES);
	unsigned counted = lab_counter(lab, SERVER, counter) - before;
	lab_reset_both(pair);

	lab_measure(
		lab, claim, {"sent_bytes", OWN_BYTES}, {"read_bytes", bytes}, {counter, counted});
	lab_holds(lab, claim,
		bytes == scenes[shield].reads_bytes && (counted > 0) == scenes[shield].is_counted,
		"The client sent %d bytes, the server read %u, %s %u.", OWN_BYTES, bytes, counter,
		counted);
	lab_explain(lab, claim, HOLDS, scenes[shield].because);
}

/* The shield that all others are behind: with it there is no next connection. */
static void time_wait_refuses(struct lab *lab)
{
	int error;
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	lab_try_connect(lab, lab_client_port(lab_time_wait(lab, CLIENT)), &error);
	lab_measure(lab, "time-wait", {"connect_errno", error});
	lab_holds(lab, "time-wait", error == EADDRNOTAVAIL,
		"connect() from the port of a TIME-WAIT, without timestamps: %s.",
		error == 0 ? "connected" : strerror(error));
}

static void play(struct lab *lab)
{
	for (enum shield shield = NUMBER_CLOCK; shield < SHIELDS; shield++)
		scene_play(lab, shield);
	time_wait_refuses(lab);
}

const struct lesson lesson_shields = {
	.name = "shields",
	.asks = "What refuses a late duplicate, and what if that is down?",
	LESSON_CLAIMS(claims),
	.scene = "The wire keeps a copy of a client's segment, and delivers it in the next "
		 "connection of the same ports. Scene by scene one more shield is down: the client "
		 "resets (no TIME-WAIT), begins with the copy's own number, its server's number "
		 "follows that (SYN cookies), and there are no timestamps.",
	.practice = "Each of them is enough, and all are on by default. Who takes TIME-WAIT away "
		    "keeps timestamps.",
	.play = play,
};
