/* Each direction of a connection is closed by itself: a FIN says "no more from me", and is
 * acknowledged.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────
 *     TIME-WAIT    ◀──────── FIN ────────       LAST-ACK
 *                  ──────── ACK ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"four-segments", "A connection is closed by FIN, ACK, FIN, ACK.",
		"RFC 9293, 3.6, figure 12"},
	{"states",
		"The first closer goes through FIN-WAIT-1, FIN-WAIT-2 and TIME-WAIT, the other end "
		"through CLOSE-WAIT and LAST-ACK.",
		"RFC 9293, 3.3.2, figure 5"},
	{"first-waits", "TIME-WAIT is left to the end that closes first.", "RFC 9293, 3.6"},
};

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	uint64_t end = lab_mark(lab);

	lab_shut(pair, CLIENT);
	bool client_waits = lab_reaches(pair, CLIENT, STATE_FIN_WAIT_2);
	bool server_waits = lab_reaches(pair, SERVER, STATE_CLOSE_WAIT);

	int gate = lab_gate(lab, CLIENT);
	lab_close(pair, SERVER);
	bool server_asks = lab_reaches(pair, SERVER, STATE_LAST_ACK);
	bool client_ends = lab_reaches(pair, CLIENT, STATE_TIME_WAIT);
	lab_await_held(lab, gate, 1);
	lab_open(lab, gate);
	lab_expect(pair, SERVER, STATE_CLOSED);

	unsigned fins = lab_count_both(pair, .flags = TCP_FIN, .since = end, .once = true);
	unsigned acks = lab_count_both(pair, .not_flags = TCP_FIN, .since = end, .once = true);
	lab_measure(lab, "four-segments", {"fins", fins}, {"bare_acks", acks});
	lab_holds(lab, "four-segments", fins == 2 && acks == 2,
		"%u FINs and %u bare ACKs closed the connection.", fins, acks);
	lab_holds(lab, "states", client_waits && server_waits && server_asks && client_ends,
		"In turn: the client %s in FIN-WAIT-2, the server %s in CLOSE-WAIT and %s in "
		"LAST-ACK, the client %s in TIME-WAIT.",
		client_waits ? "was" : "was not", server_waits ? "was" : "was not",
		server_asks ? "was" : "was not", client_ends ? "was" : "was not");
	lab_holds(lab, "first-waits",
		lab_state(pair, CLIENT) == STATE_TIME_WAIT &&
			lab_state(pair, SERVER) == STATE_CLOSED,
		"The client, which sent the first FIN, is in %s; the server is in %s.",
		tcp_state_text(lab_state(pair, CLIENT)), tcp_state_text(lab_state(pair, SERVER)));
}

const struct lesson lesson_four_way = {
	.name = "four-way",
	.asks = "Why does it take four segments to close a connection?",
	LESSON_CLAIMS(claims),
	.scene = "The client shuts its direction down. Once its FIN is acknowledged, the server "
		 "closes.",
	.practice = "Who closes first pays with TIME-WAIT. A protocol decides that, not the "
		    "kernel: choose it where a response ends.",
	.play = play,
};
