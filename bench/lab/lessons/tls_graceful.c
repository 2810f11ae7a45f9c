/* A server that has sent close_notify and its FIN reads on, and drops what comes.
 *
 *     client                                    server
 *                  ◀─ response, close_notify ─
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-2    shutdown()
 *                  ─ data, close_notify ─▶                    dropped, as they came
 *     LAST-ACK     ──────── FIN ────────▶       TIME-WAIT     close()
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"no-rst",
		"shutdown(), reading to the end and then close() end a connection over TLS without "
		"a RST, and TIME-WAIT is left to the server.",
		"RFC 9112, 9.6"},
	{"must-decrypt",
		"The server has to decrypt what comes until it has seen the client's close_notify.",
		"SSL_shutdown(3)"},
	{"own-segment", "close_notify takes a segment of its own.", "common belief"},
};

#define RESPONSE_BYTES 200
#define LATE_BYTES 1000

static void play(struct lab *lab)
{
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	lab_retransmit_late(lab);
	struct pair *pair = lab_tls_connect(lab);
	lab_tls_send(pair, CLIENT, 100);
	lab_tls_read(pair, SERVER, 100);
	uint64_t response = lab_mark(lab);
	lab_tls_send_last(pair, SERVER, RESPONSE_BYTES);
	lab_shut(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);

	struct lab_tls_reading read = lab_tls_read_to_end(pair, CLIENT);
	lab_tls_send(pair, CLIENT, LATE_BYTES);
	lab_tls_notify(pair, CLIENT);
	lab_close(pair, CLIENT);
	struct reading dropped = lab_drain(pair, SERVER);
	enum tcp_state state = lab_state(pair, SERVER);
	unsigned resets = lab_count_both(pair, .flags = TCP_RST);
	unsigned segments = lab_count(pair, SERVER, .payload = PAYLOAD_SOME, .since = response);

	lab_measure(lab, "no-rst", {"rst", resets});
	lab_holds(lab, "no-rst", resets == 0 && state == STATE_TIME_WAIT,
		"The client read %s, the server %s; %u RST, and the server was in %s.",
		lab_tls_end_text(read.end), lab_reading_text(dropped.end), resets,
		tcp_state_text(state));
	lab_measure(lab, "must-decrypt", {"dropped_bytes", dropped.bytes});
	lab_holds(lab, "must-decrypt", dropped.end != READ_EOF || dropped.bytes == 0,
		"%u bytes were dropped as they came, then came %s.", dropped.bytes,
		lab_reading_text(dropped.end));
	lab_measure(lab, "own-segment", {"segments", segments});
	lab_holds(lab, "own-segment", segments > 1,
		"Given to one send(), response and close_notify took %u segment%s.", segments,
		segments == 1 ? "" : "s");
}

const struct lesson lesson_tls_graceful = {
	.name = "tls-graceful",
	.asks = "How does a server end a connection over TLS without a RST?",
	LESSON_CLAIMS(claims),
	.scene = "The server sends its response with close_notify, shuts down, and reads to the "
		 "end of the stream. The client sends 1,000 bytes more and its close_notify, and "
		 "closes.",
	.practice = "Send close_notify with the last bytes, shut down, drop what comes, and close "
		    "at the end of the stream or at a deadline.",
	.play = play,
};
