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
	const char *claim, *caption;
	bool number_fits, acknowledgement_fits, has_timestamps;
	/* What the server reads, and which counter tells of it. */
	unsigned reads_bytes;
	const char *counter;
	const char *because;
} scenes[] = {
	{"number-clock", NULL, false, false, false, OWN_BYTES, NULL,
		"its number was below the new connection's first one"},
	{"ack-check", "the number fits, the acknowledgement does not", true, false, false,
		OWN_BYTES, "TCPChallengeACK",
		"it was the next segment by its number, and acknowledged the old server's bytes"},
	{"timestamps", "number and acknowledgement fit, the timestamp does not", true, true, true,
		OWN_BYTES, "PAWSEstab", "its timestamp was older than the last one"},
	{"none-left", "no shield is left: the server reads the old bytes", true, true, false,
		OLD_BYTES, NULL, "the old bytes, and the client's own were taken for sent again"},
};

static void answer(struct pair *pair, unsigned bytes)
{
	lab_send(pair, SERVER, bytes);
	lab_read(pair, CLIENT, bytes);
}

/* A connection of whose client's last segment the wire keeps a copy: its rule, and its header. */
static struct pair *old_connect(struct lab *lab, int *copy, struct tcp_header *late)
{
	struct pair *old = lab_connect_from(lab, PORT);
	answer(old, ANSWERED_BYTES);
	*copy = lab_rule(lab, RULE_COPY, CLIENT, .payload = PAYLOAD_SOME, .nth = 1);
	lab_send(old, CLIENT, OLD_BYTES);
	lab_read(old, SERVER, OLD_BYTES);
	*late = lab_header(old, 1, CLIENT, .payload = PAYLOAD_SOME);
	return old;
}

/* The next connection of the same ports, and TIME-WAIT at neither end. Its server sends what the
 * copy acknowledges, and a little more. NULL: the server's number is not the old one's. */
static struct pair *next_connect(struct lab *lab, const struct scene *scene, int *copy)
{
	struct tcp_header late;
	lab_set(lab, CLIENT, "tcp_timestamps", scene->has_timestamps ? "1" : "0");
	lab_set(lab, SERVER, "tcp_syncookies", scene->acknowledgement_fits ? "2" : "1");
	struct pair *old = old_connect(lab, copy, &late);
	lab_reset(old, CLIENT);
	lab_drain(old, SERVER);
	lab_think(lab, APART_MS);
	if (scene->number_fits)
		lab_first_number(lab, late.seq - 1);
	struct pair *next = lab_connect_from(lab, PORT);
	if (!scene->acknowledgement_fits)
		return next;
	uint32_t first = lab_header(next, 1, SERVER, .flags = TCP_SYN).seq + 1;
	answer(next, ANSWERED_BYTES + 1000);
	if (late.ack == first + ANSWERED_BYTES)
		return next;
	lab_reset(next, CLIENT);
	lab_reset(next, SERVER);
	return NULL;
}

/* The server reads OWN_BYTES of the client's, and then what there is. They go the same way as the
 * copy, so that is there before them. */
static void copy_deliver(struct lab *lab, const struct scene *scene, struct pair *pair, int copy)
{
	const char *counter = scene->counter ? scene->counter : "TCPChallengeACK";
	unsigned before = lab_counter(lab, SERVER, counter);
	lab_show(pair, scene->caption);
	lab_open(lab, copy);
	lab_send(pair, CLIENT, OWN_BYTES);
	lab_read(pair, SERVER, OWN_BYTES);
	unsigned bytes = OWN_BYTES + lab_read_now(pair, SERVER).bytes;
	unsigned counted = lab_counter(lab, SERVER, counter) - before;
	lab_reset(pair, CLIENT);
	lab_reset(pair, SERVER);

	bool holds = bytes == scene->reads_bytes && (counted > 0) == (scene->counter != NULL);
	lab_measure(lab, scene->claim, {"sent_bytes", OWN_BYTES}, {"read_bytes", bytes},
		{counter, counted});
	lab_holds(lab, scene->claim, holds,
		"The client sent %d bytes, the server read %u, %s %u%s%s.", OWN_BYTES, bytes,
		counter, counted, holds ? ": " : "", holds ? scene->because : "");
}

static void scene_play(struct lab *lab, const struct scene *scene)
{
	for (int i = 0; i < TRIES && !lab_has_failed(lab); i++) {
		int copy;
		struct pair *pair = next_connect(lab, scene, &copy);
		if (pair) {
			copy_deliver(lab, scene, pair, copy);
			return;
		}
		lab_open(lab, copy);
	}
	lab_fail(lab, "the server's number did not follow the client's");
}

/* The shield that all others are behind: with it there is no next connection. */
static void time_wait_refuses(struct lab *lab)
{
	struct tcp_header late;
	int copy, error;
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	struct pair *old = old_connect(lab, &copy, &late);
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
