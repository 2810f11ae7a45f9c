/* shutdown() and then a reset: a polite FIN, and no TIME-WAIT. What of it comes true.
 *
 *     client                                    server
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-2
 *     CLOSED       ◀──────── RST ────────       CLOSED        SO_LINGER{1,0}, close()
 *
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-2
 *     CLOSED       ──────── FIN ────────▶       TIME-WAIT     the same call is too late
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static const struct claim claims[] = {
	{"no-time-wait", "shutdown(), then SO_LINGER{1,0} and close(): there is no TIME-WAIT.",
		"common belief"},
	{"erases-input", "The RST erases what the client has received and not read.",
		"RFC 9112, 9.6"},
	{"is-told", "The client is told: ECONNRESET.", "RFC 9293, 3.10.7.4"},
	{"queue-is-safe", "What was queued before shutdown() is delivered first.", "common belief"},
};

#define QUEUED_BYTES 1048576

/* How send(2) ends: 0 or its errno. */
static int send_error(struct pair *pair, enum lab_end end)
{
	int fd = lab_socket(pair, end);
	return fd == -1 || send(fd, "", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

/* The client has received a response and the FIN, and has read nothing, when the RST comes. */
static unsigned before_the_fin(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, "reset before the client's FIN");
	lab_send(pair, SERVER, 200);
	lab_shut(pair, SERVER);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	lab_reset(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	struct reading read = lab_read_to_end(pair, CLIENT);
	int error = send_error(pair, CLIENT);

	lab_measure(lab, "erases-input", {"sent_bytes", 200}, {"read_bytes", read.bytes});
	lab_holds(lab, "erases-input", read.bytes < 200,
		"Of 200 bytes that had arrived before the RST the client read %u after it.",
		read.bytes);
	lab_decide(lab, "is-told",
		read.end == READ_RESET ? HOLDS
		: error                ? DIFFERS
				       : DOES_NOT_HOLD,
		"After FIN and RST the client read %s; send() said: %s.",
		lab_reading_text(read.end), error ? strerror(error) : "nothing");
	bool is_over = lab_state(pair, SERVER) == STATE_CLOSED;
	return is_over ? lab_count(pair, SERVER, .flags = TCP_RST) : 0;
}

/* Returns whether TIME-WAIT is there all the same. */
static bool behind_both_fins(struct lab *lab, unsigned *rsts)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, "reset behind both FINs");
	lab_shut(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_close(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_TIME_WAIT);
	lab_reset(pair, SERVER);
	bool stays = lab_state(pair, SERVER) == STATE_TIME_WAIT;
	*rsts = lab_count(pair, SERVER, .flags = TCP_RST);
	return stays;
}

/* The FIN is queued behind more than the client's window has room for. */
static void with_a_queue(struct lab *lab)
{
	lab_queue_at(lab, SERVER);
	struct pair *pair = lab_connect(lab);
	unsigned queued = lab_send_some(pair, SERVER, QUEUED_BYTES);
	lab_shut(pair, SERVER);
	lab_await(pair, 2, SERVER, .payload = PAYLOAD_SOME);
	lab_reset(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	unsigned bytes = lab_read_to_end(pair, CLIENT).bytes;
	unsigned fins = lab_count(pair, SERVER, .flags = TCP_FIN);

	lab_measure(lab, "queue-is-safe", {"queued_bytes", queued}, {"delivered_bytes", bytes});
	lab_holds(lab, "queue-is-safe", bytes == queued,
		"%u bytes and a FIN were queued, %u bytes and %s FIN were delivered.", queued,
		bytes, fins ? "the" : "no");
}

static void play(struct lab *lab)
{
	unsigned before = before_the_fin(lab), behind;
	bool stays = behind_both_fins(lab, &behind);
	lab_measure(lab, "no-time-wait", {"rst_before_peers_fin", before},
		{"rst_behind_both_fins", behind});
	lab_decide(lab, "no-time-wait",
		before == 0 ? DOES_NOT_HOLD
		: stays     ? DIFFERS
			    : HOLDS,
		"Before the client's FIN: %u RST. Behind both FINs: %u RST, and TIME-WAIT %s.",
		before, behind, stays ? "stayed" : "was gone");
	with_a_queue(lab);
}

const struct lesson lesson_fin_then_reset = {
	.name = "fin-then-reset",
	.asks = "Does a RST behind the FIN save TIME-WAIT at no cost?",
	LESSON_CLAIMS(claims),
	.scene = "The server shuts down and resets: before the client's FIN, behind it, and while "
		 "1,048,576 bytes are queued.",
	.practice = "Read to the peer's end of stream before the last close(). A client should "
		    "trust a length, never the end of the stream.",
	.play = play,
};
