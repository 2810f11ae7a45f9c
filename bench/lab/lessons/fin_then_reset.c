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

#define QUEUED_BYTES 1048576

/* How send(2) ends: 0 or its errno. */
static int send_error(struct pair *pair, enum lab_end end)
{
	int fd = lab_socket(pair, end);
	return fd == -1 || send(fd, "", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

static uint64_t rsts_of_server(struct pair *pair)
{
	return lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_RST});
}

/* The client has received a response and the FIN, and has read nothing, when the RST comes. */
static uint64_t before_the_fin(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	size_t bytes;
	lab_show(pair, "reset before the client's FIN");
	lab_send(pair, SERVER, 200);
	lab_shut(pair, SERVER);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	lab_reset(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	enum reading end = lab_read_to_end(pair, CLIENT, &bytes);
	int error = send_error(pair, CLIENT);
	uint64_t rsts = rsts_of_server(pair);

	lab_measure(lab, "erases-input", "sent_bytes", 200);
	lab_measure(lab, "erases-input", "read_bytes", (double)bytes);
	lab_decide(lab, "erases-input", lab_if(bytes < 200, DOES_NOT_HOLD),
		"Of 200 bytes that had arrived before the RST the client read %zu after it.",
		bytes);
	lab_decide(lab, "is-told", lab_if(end == READ_RESET, DIFFERS),
		"After FIN and RST the client read %s; send() said: %s.", lab_reading_text(end),
		error ? strerror(error) : "nothing");
	return lab_state(pair, SERVER) == STATE_CLOSED ? rsts : 0;
}

/* Returns whether TIME-WAIT is there all the same. */
static bool behind_both_fins(struct lab *lab, uint64_t *rsts)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, "reset behind both FINs");
	lab_exchange(pair);
	lab_shut(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_close(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_TIME_WAIT);
	lab_reset(pair, SERVER);
	bool stays = lab_state(pair, SERVER) == STATE_TIME_WAIT;
	*rsts = rsts_of_server(pair);
	return stays;
}

/* The FIN is queued behind more than the client's window has room for. */
static void with_a_queue(struct lab *lab)
{
	lab_set(lab, SERVER, "tcp_wmem", "4096 4194304 4194304");
	lab_set(lab, CLIENT, "tcp_rmem", "4096 8192 8192");
	struct pair *pair = lab_connect(lab);
	size_t bytes;
	size_t queued = lab_send_some(pair, SERVER, QUEUED_BYTES);
	lab_shut(pair, SERVER);
	lab_await(pair, &(struct lab_segments){.from = SERVER, .payload = PAYLOAD_SOME}, 2);
	lab_reset(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	lab_read_to_end(pair, CLIENT, &bytes);
	uint64_t fins = lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_FIN});

	lab_measure(lab, "queue-is-safe", "queued_bytes", (double)queued);
	lab_measure(lab, "queue-is-safe", "delivered_bytes", (double)bytes);
	lab_decide(lab, "queue-is-safe", lab_if(bytes == queued, DOES_NOT_HOLD),
		"%zu bytes and a FIN were queued, %zu bytes and %s FIN were delivered.", queued,
		bytes, fins ? "the" : "no");
}

static void play(struct lab *lab)
{
	uint64_t before = before_the_fin(lab), behind;
	bool stays = behind_both_fins(lab, &behind);
	lab_measure(lab, "no-time-wait", "rst_before_peers_fin", (double)before);
	lab_measure(lab, "no-time-wait", "rst_behind_both_fins", (double)behind);
	lab_decide(lab, "no-time-wait",
		before == 0 ? DOES_NOT_HOLD
		: stays     ? DIFFERS
			    : HOLDS,
		"Before the client's FIN: %ju RST. Behind both FINs: %ju RST, and TIME-WAIT %s.",
		(uintmax_t)before, (uintmax_t)behind, stays ? "stayed" : "was gone");
	with_a_queue(lab);
}

const struct lesson lesson_fin_then_reset = {
	.name = "fin-then-reset",
	.asks = "Does a RST behind the FIN save TIME-WAIT at no cost?",
	.claims =
		{
			{"no-time-wait",
				"shutdown(), then SO_LINGER{1,0} and close(): there is no "
				"TIME-WAIT.",
				"common belief"},
			{"erases-input",
				"The RST erases what the client has received and not read.",
				"RFC 9112, 9.6"},
			{"is-told", "The client is told: ECONNRESET.", "RFC 9293, 3.10.7.4"},
			{"queue-is-safe", "What was queued before shutdown() is delivered first.",
				"common belief"},
		},
	.scene = "The server shuts down and resets: before the client's FIN, behind it, and while "
		 "1,048,576 bytes are queued.",
	.practice = "Read to the peer's end of stream before the last close(). A client should "
		    "trust a length, never the end of the stream.",
	.play = play,
};
