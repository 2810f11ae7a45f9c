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

static const struct claim claims[] = {
	{"time-wait",
		"TIME-WAIT refuses the next connection of the same ports, and so each late "
		"duplicate.",
		"RFC 9293, 3.6.1; RFC 1337"},
	{"number-clock",
		"Without it the clock of initial numbers has the new connection begin beyond all "
		"old numbers.",
		"RFC 9293, 3.4.1"},
	{"ack-check", "Where the number fits, the duplicate's acknowledgement gives it away.",
		"RFC 5961, 5.2"},
	{"timestamps", "Where both fit, its timestamp does.", "RFC 7323, 5.3"},
	{"none-left", "Where all four are down, the application reads it.", "RFC 1337, 1"},
};

#define PORT 40000
#define OLD_BYTES 32
#define OWN_BYTES 10
#define ANSWERED_BYTES 200
/* The clock goes on by 15.6 numbers each microsecond, by more than a window meanwhile; and a
 * timestamp that is older by 1 ms alone is not refused (include/net/tcp.h, TCP_PAWS_WINDOW). */
#define APART_MS 50
/* Cookies of another minute have another number. */
#define TRIES 3

/* Which shield refuses the duplicate, where those before it are down. */
static const struct scene {
	const char *claim, *caption, *because;
	const char *counter; /* of refusals */
	unsigned reads_bytes;
	bool number_fits, acknowledgement_fits, has_timestamps, is_counted;
} scenes[] = {
	{"number-clock", NULL, "its number was below the new connection's first one",
		"TCPChallengeACK", OWN_BYTES},
	{"ack-check", "the number fits, the acknowledgement does not",
		"it was the next segment by its number, and acknowledged the old server's bytes",
		"TCPChallengeACK", OWN_BYTES, .number_fits = true, .is_counted = true},
	{"timestamps", "number and acknowledgement fit, the timestamp does not",
		"its timestamp was older than the last one", "PAWSEstab", OWN_BYTES,
		.number_fits = true, .acknowledgement_fits = true, .has_timestamps = true,
		.is_counted = true},
	{"none-left", "no shield is left: the server reads the old bytes",
		"the old bytes, and the client's own were taken for sent again", "TCPChallengeACK",
		OLD_BYTES, .number_fits = true, .acknowledgement_fits = true},
};

static void answer(struct pair *pair, unsigned bytes)
{
	lab_send(pair, SERVER, bytes);
	lab_read(pair, CLIENT, bytes);
}

/* A connection of whose client's last segment the wire keeps a copy. Returns the rule. */
static int old_connect(struct lab *lab, struct pair **old, struct tcp_header *late)
{
	*old = lab_connect_from(lab, PORT);
	answer(*old, ANSWERED_BYTES);
	int copy = lab_rule(lab, RULE_COPY, CLIENT, .payload = PAYLOAD_SOME, .nth = 1);
	lab_send(*old, CLIENT, OLD_BYTES);
	lab_read(*old, SERVER, OLD_BYTES);
	*late = lab_header(*old, 1, CLIENT, .payload = PAYLOAD_SOME);
	return copy;
}

/* The next connection of the same ports, and TIME-WAIT at neither end. Where the server's number
 * follows the client's, the server sends what the copy acknowledges, and a little more. */
static struct pair *next_connect(struct lab *lab, const struct scene *scene, int *copy)
{
	for (int i = 0; i < TRIES && !lab_has_failed(lab); i++) {
		struct pair *old;
		struct tcp_header late;
		*copy = old_connect(lab, &old, &late);
		lab_reset(old, CLIENT);
		lab_drain(old, SERVER);
		lab_think(lab, APART_MS);
		if (scene->number_fits)
			lab_first_number(lab, late.seq - 1);
		struct pair *next = lab_connect_from(lab, PORT);
		if (!scene->acknowledgement_fits)
			return next;
		answer(next, ANSWERED_BYTES + 1000);
		if (late.ack == lab_first_byte(next, SERVER) + ANSWERED_BYTES)
			return next;
		lab_open(lab, *copy);
		lab_reset_both(next);
	}
	lab_fail(lab, "the server's number did not follow the client's");
	return NULL;
}

static void scene_play(struct lab *lab, const struct scene *scene)
{
	int copy = -1;
	lab_set(lab, CLIENT, "tcp_timestamps", scene->has_timestamps ? "1" : "0");
	lab_set(lab, SERVER, "tcp_syncookies", scene->acknowledgement_fits ? "2" : "1");
	struct pair *pair = next_connect(lab, scene, &copy);
	lab_show(pair, scene->caption);
	unsigned before = lab_counter(lab, SERVER, scene->counter);
	unsigned bytes = lab_let_in(pair, copy, OWN_BYTES);
	unsigned counted = lab_counter(lab, SERVER, scene->counter) - before;
	lab_reset_both(pair);

	bool holds = bytes == scene->reads_bytes && (counted > 0) == scene->is_counted;
	lab_measure(lab, scene->claim, {"sent_bytes", OWN_BYTES}, {"read_bytes", bytes},
		{scene->counter, counted});
	lab_holds(lab, scene->claim, holds,
		"The client sent %d bytes, the server read %u, %s %u%s%s.", OWN_BYTES, bytes,
		scene->counter, counted, holds ? ": " : "", holds ? scene->because : "");
}

/* The shield that all others are behind: with it there is no next connection. */
static void time_wait_refuses(struct lab *lab)
{
	struct pair *old;
	struct tcp_header late;
	int error;
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	old_connect(lab, &old, &late);
	lab_close_both(old, CLIENT);
	lab_expect(old, CLIENT, STATE_TIME_WAIT);
	lab_first_number(lab, late.seq - 1);
	struct pair *next = lab_try_connect(lab, PORT, &error);
	lab_measure(lab, "time-wait", {"connect_errno", error});
	lab_holds(lab, "time-wait", !next && error == EADDRNOTAVAIL,
		"connect() from the port of a TIME-WAIT, without timestamps: %s.",
		error == 0 ? "connected" : strerror(error));
}

static void play(struct lab *lab)
{
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		scene_play(lab, &scenes[i]);
	time_wait_refuses(lab);
}

const struct lesson lesson_shields = {
	.name = "shields",
	.asks = "What refuses a late duplicate, and what if that is down?",
	.claims = claims,
	.claim_count = sizeof(claims) / sizeof(claims[0]),
	.scene = "The wire keeps a copy of a client's segment, and delivers it in the next "
		 "connection of the same ports. Scene by scene one more shield is down: the client "
		 "resets (no TIME-WAIT), begins with the copy's own number, its server's number "
		 "follows that (SYN cookies), and there are no timestamps.",
	.practice = "Each of them is enough, and all are on by default. Who takes TIME-WAIT away "
		    "keeps timestamps.",
	.play = play,
};
