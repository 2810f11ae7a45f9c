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

	uint64_t fins = 0, acks = 0;
	for (enum lab_end from = SERVER; from <= CLIENT; from++) {
		fins += lab_count(
			pair, &(struct lab_segments){.from = from, .flags = TCP_FIN, .since = end});
		acks += lab_count(pair,
			&(struct lab_segments){.from = from, .not_flags = TCP_FIN, .since = end});
	}
	lab_measure(lab, "four-segments", "fins", (double)fins);
	lab_measure(lab, "four-segments", "bare_acks", (double)acks);
	lab_decide(lab, "four-segments", lab_if(fins == 2 && acks == 2, DOES_NOT_HOLD),
		"%ju FINs and %ju bare ACKs closed the connection.", (uintmax_t)fins,
		(uintmax_t)acks);
	lab_decide(lab, "states",
		lab_if(client_waits && server_waits && server_asks && client_ends, DOES_NOT_HOLD),
		"In turn: the client %s in FIN-WAIT-2, the server %s in CLOSE-WAIT and %s in "
		"LAST-ACK, "
		"the client %s in TIME-WAIT.",
		client_waits ? "was" : "was not", server_waits ? "was" : "was not",
		server_asks ? "was" : "was not", client_ends ? "was" : "was not");
	lab_decide(lab, "first-waits",
		lab_if(lab_state(pair, CLIENT) == STATE_TIME_WAIT &&
				lab_state(pair, SERVER) == STATE_CLOSED,
			DOES_NOT_HOLD),
		"The client, which sent the first FIN, is in %s; the server is in %s.",
		tcp_state_text(lab_state(pair, CLIENT)), tcp_state_text(lab_state(pair, SERVER)));
}

const struct lesson lesson_four_way = {
	.name = "four-way",
	.asks = "Why does it take four segments to close a connection?",
	.claims =
		{
			{"four-segments", "A connection is closed by FIN, ACK, FIN, ACK.",
				"RFC 9293, 3.6, figure 12"},
			{"states",
				"The first closer goes through FIN-WAIT-1, FIN-WAIT-2 and "
				"TIME-WAIT, "
				"the other end through CLOSE-WAIT and LAST-ACK.",
				"RFC 9293, 3.3.2, figure 5"},
			{"first-waits", "TIME-WAIT is left to the end that closes first.",
				"RFC 9293, 3.6"},
		},
	.scene = "The client shuts its direction down. Once its FIN is acknowledged, the server "
		 "closes.",
	.practice = "Who closes first pays with TIME-WAIT. A protocol decides that, not the "
		    "kernel: choose it where a response ends.",
	.play = play,
};
