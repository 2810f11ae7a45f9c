/* SO_LINGER{1,0}: close() is a RST. There is no TIME-WAIT, and what was queued is gone.
 *
 *     client                                    server
 *                  ◀────── data … ───────       ESTABLISHED
 *     CLOSED       ◀──────── RST ────────       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"no-time-wait", "SO_LINGER{1,0} closes by RST, without TIME-WAIT.",
		"socket(7); RFC 9293, 3.10.5 (ABORT)"},
	{"dangerous", "It is dangerous: what was queued is lost.", "RFC 9293, 3.10.5"},
};

#define QUEUED_BYTES 1048576

static void play(struct lab *lab)
{
	lab_queue_at(lab, SERVER);
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);

	unsigned queued = lab_send_some(pair, SERVER, QUEUED_BYTES);
	/* The client's window is full: nothing more is on its way. */
	lab_await(pair, 2, SERVER, .payload = PAYLOAD_SOME);
	lab_reset(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	enum tcp_state state = lab_state(pair, SERVER);
	struct reading read = lab_read_to_end(pair, CLIENT);
	unsigned rsts = lab_count(pair, SERVER, .flags = TCP_RST);
	unsigned fins = lab_count(pair, SERVER, .flags = TCP_FIN);

	lab_measure(lab, "no-time-wait", {"rst", rsts}, {"fin", fins},
		{"TCPAbortOnData", lab_counter(lab, SERVER, "TCPAbortOnData")});
	lab_holds(lab, "no-time-wait", rsts > 0 && fins == 0 && state == STATE_CLOSED,
		"close() sent %u RST and %s FIN; %s%s.", rsts, fins > 0 ? "a" : "no",
		state == STATE_CLOSED ? "neither end has a TIME-WAIT" : "the server is in ",
		state == STATE_CLOSED ? "" : tcp_state_text(state));
	lab_measure(lab, "dangerous", {"queued_bytes", queued}, {"delivered_bytes", read.bytes});
	lab_holds(lab, "dangerous", read.bytes < queued && read.end == READ_RESET,
		"%u bytes were queued, %u were delivered, then %s.", queued, read.bytes,
		lab_reading_text(read.end));
}

const struct lesson lesson_linger_reset = {
	.name = "linger-reset",
	.asks = "What does SO_LINGER with a time of 0 do?",
	LESSON_CLAIMS(claims),
	.scene = "The server queues 1,048,576 bytes for a client that reads slowly, and closes "
		 "with SO_LINGER{1,0}.",
	.practice = "Reset what you want to abort, never what you want to deliver.",
	.play = play,
};
