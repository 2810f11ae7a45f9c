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
struct scene {
	const char *claim, *caption;
	bool number_fits, acknowledgement_fits, has_timestamps;
	/* What the server reads, and which counter tells of it. */
	size_t reads_bytes;
	const char *counter;
	const char *because;
};

static const struct scene scenes[] = {
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

/* A duplicate that the wire holds: its rule, and its header. */
struct duplicate {
	int rule;
	struct tcp_header header;
};

static void answer(struct pair *pair, size_t bytes)
{
	lab_send(pair, SERVER, bytes);
	lab_read(pair, CLIENT, bytes);
}

/* A connection of whose client's last segment the wire keeps a copy. */
static struct pair *old_connect(struct lab *lab, struct duplicate *late)
{
	const struct rule copy = {
		.action = RULE_COPY, .from = CLIENT, .payload = PAYLOAD_SOME, .nth = 1};
	const struct lab_segments data = {.from = CLIENT, .payload = PAYLOAD_SOME};
	struct pair *pair = lab_connect_from(lab, PORT);
	answer(pair, ANSWERED_BYTES);
	late->rule = lab_rule(lab, &copy);
	lab_send(pair, CLIENT, OLD_BYTES);
	lab_read(pair, SERVER, OLD_BYTES);
	late->header = lab_segment(pair, &data, 1, NULL);
	return pair;
}

/* The next connection of the same ports, and TIME-WAIT at neither end. */
static struct pair *next_connect(struct lab *lab, const struct scene *scene, struct duplicate *late)
{
	lab_set(lab, CLIENT, "tcp_timestamps", scene->has_timestamps ? "1" : "0");
	lab_set(lab, SERVER, "tcp_syncookies", scene->acknowledgement_fits ? "2" : "1");
	struct pair *old = old_connect(lab, late);
	lab_reset(old, CLIENT);
	lab_read_to_end(old, SERVER, NULL);
	lab_close(old, SERVER);
	lab_think(lab, APART_MS);
	if (scene->number_fits)
		lab_first_number(lab, late->header.seq - 1);
	return lab_connect_from(lab, PORT);
}

/* Has the server send what the copy acknowledges, and a little more. Returns false where its number
 * is not the old one's. */
static bool acknowledgement_reach(struct lab *lab, struct pair *pair, const struct duplicate *late)
{
	const struct lab_segments syns = {.from = SERVER, .flags = TCP_SYN};
	uint32_t ahead = late->header.ack - (lab_segment(pair, &syns, 1, NULL).seq + 1);
	answer(pair, ANSWERED_BYTES + 1000);
	return ahead == ANSWERED_BYTES;
}

/* The server reads OWN_BYTES of the client's, and then what there is. They go the same way as the
 * copy, so that is there before them. */
static void copy_deliver(struct lab *lab, const struct scene *scene, struct pair *pair, int rule)
{
	const char *counter = scene->counter ? scene->counter : "TCPChallengeACK";
	uint64_t before = lab_counter(lab, SERVER, counter);
	size_t more;
	lab_open(lab, rule);
	lab_send(pair, CLIENT, OWN_BYTES);
	lab_read(pair, SERVER, OWN_BYTES);
	lab_read_now(pair, SERVER, &more);
	size_t bytes = OWN_BYTES + more;
	uint64_t counted = lab_counter(lab, SERVER, counter) - before;
	bool holds = bytes == scene->reads_bytes && (counted > 0) == (scene->counter != NULL);
	lab_measure(lab, scene->claim, "sent_bytes", OWN_BYTES);
	lab_measure(lab, scene->claim, "read_bytes", (double)bytes);
	lab_measure(lab, scene->claim, counter, (double)counted);
	lab_decide(lab, scene->claim, lab_if(holds, DOES_NOT_HOLD),
		"The client sent %d bytes, the server read %zu, %s %ju%s%s.", OWN_BYTES, bytes,
		counter, (uintmax_t)counted, holds ? ": " : "", holds ? scene->because : "");
}

static void scene_play(struct lab *lab, const struct scene *scene)
{
	for (int i = 0; i < TRIES && !lab_has_failed(lab); i++) {
		struct duplicate late;
		struct pair *pair = next_connect(lab, scene, &late);
		bool is_there =
			!scene->acknowledgement_fits || acknowledgement_reach(lab, pair, &late);
		if (is_there) {
			lab_show(pair, scene->caption);
			copy_deliver(lab, scene, pair, late.rule);
		}
		lab_open(lab, late.rule);
		lab_reset(pair, CLIENT);
		lab_reset(pair, SERVER);
		if (is_there)
			return;
	}
	lab_fail(lab, "the server's number did not follow the client's");
}

/* The shield that all others are behind: with it there is no next connection. */
static void time_wait_decide(struct lab *lab)
{
	struct duplicate late;
	int error;
	struct pair *pair = old_connect(lab, &late);
	lab_shut(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	lab_close(pair, CLIENT);
	lab_first_number(lab, late.header.seq - 1);
	struct pair *next = lab_try_connect(lab, PORT, &error);
	lab_measure(lab, "time-wait", "connect_errno", error);
	lab_decide(lab, "time-wait", lab_if(!next && error == EADDRNOTAVAIL, DOES_NOT_HOLD),
		"connect() from the port of a TIME-WAIT, without timestamps: %s.",
		error == 0 ? "connected" : strerror(error));
}

static void play(struct lab *lab)
{
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		scene_play(lab, &scenes[i]);
	lab_set(lab, CLIENT, "tcp_timestamps", "0");
	time_wait_decide(lab);
}

const struct lesson lesson_shields = {
	.name = "shields",
	.asks = "What refuses a late duplicate, and what if that is down?",
	.claims =
		{
			{"time-wait",
				"TIME-WAIT refuses the next connection of the same ports, and so "
				"each late duplicate.",
				"RFC 9293, 3.6.1; RFC 1337"},
			{"number-clock",
				"Without it the clock of initial numbers has the new connection "
				"begin beyond all old numbers.",
				"RFC 9293, 3.4.1"},
			{"ack-check",
				"Where the number fits, the duplicate's acknowledgement gives it "
				"away.",
				"RFC 5961, 5.2"},
			{"timestamps", "Where both fit, its timestamp does.", "RFC 7323, 5.3"},
			{"none-left", "Where all four are down, the application reads it.",
				"RFC 1337, 1"},
		},
	.scene = "The wire keeps a copy of a client's segment, and delivers it in the next "
		 "connection of the same ports. Scene by scene one more shield is down: the client "
		 "resets (no TIME-WAIT), begins with the copy's own number, its server's number "
		 "follows that (SYN cookies), and there are no timestamps.",
	.practice = "Each of them is enough, and all are on by default. Who takes TIME-WAIT away "
		    "keeps timestamps.",
	.play = play,
};
