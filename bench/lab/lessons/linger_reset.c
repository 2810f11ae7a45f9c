/* SO_LINGER{1,0}: close() is a RST. There is no TIME-WAIT, and what was queued is gone.
 *
 *     client                                    server
 *                  ◀────── data … ───────       ESTABLISHED
 *     CLOSED       ◀──────── RST ────────       CLOSED
 */
#include "bench/lab/lesson.h"

#include <sys/socket.h>

#define QUEUED_BYTES 1048576

static void play(struct lab *lab)
{
	lab_set(lab, SERVER, "tcp_wmem", "4096 4194304 4194304");
	lab_set(lab, CLIENT, "tcp_rmem", "4096 8192 8192");
	struct pair *pair = lab_connect(lab);
	size_t bytes;
	lab_exchange(pair);

	size_t queued = lab_send_some(pair, SERVER, QUEUED_BYTES);
	/* The client's window is full: nothing more is on its way. */
	lab_await(pair, &(struct lab_segments){.from = SERVER, .payload = PAYLOAD_SOME}, 2);
	lab_reset(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	bool nobody_waits = lab_state(pair, SERVER) == STATE_CLOSED;
	enum reading end = lab_read_to_end(pair, CLIENT, &bytes);
	uint64_t rsts = lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_RST});

	lab_measure(lab, "no-time-wait", "rst", (double)rsts);
	lab_measure(lab, "no-time-wait", "TCPAbortOnData",
		(double)lab_counter(lab, SERVER, "TCPAbortOnData"));
	lab_decide(lab, "no-time-wait", lab_if(rsts > 0 && nobody_waits, DOES_NOT_HOLD),
		"close() sent %ju RST and no FIN; neither end has a TIME-WAIT.", (uintmax_t)rsts);
	lab_measure(lab, "dangerous", "queued_bytes", (double)queued);
	lab_measure(lab, "dangerous", "delivered_bytes", (double)bytes);
	lab_decide(lab, "dangerous", lab_if(bytes < queued && end == READ_RESET, DOES_NOT_HOLD),
		"%zu bytes were queued, %zu were delivered, then %s.", queued, bytes,
		lab_reading_text(end));
}

const struct lesson lesson_linger_reset = {
	.name = "linger-reset",
	.asks = "What does SO_LINGER with a time of 0 do?",
	.claims =
		{
			{"no-time-wait", "SO_LINGER{1,0} closes by RST, without TIME-WAIT.",
				"socket(7); RFC 9293, 3.10.5 (ABORT)"},
			{"dangerous", "It is dangerous: what was queued is lost.",
				"RFC 9293, 3.10.5"},
		},
	.scene = "The server queues 1,048,576 bytes for a client that reads slowly, and closes "
		 "with SO_LINGER{1,0}.",
	.practice = "Reset what you want to abort, never what you want to deliver.",
	.play = play,
};
