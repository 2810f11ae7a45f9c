/* Both ends close before either knows of the other's FIN.
 *
 *     client                                    server
 *     FIN-WAIT-1   ─── FIN ──▶  ◀── FIN ───     FIN-WAIT-1
 *     CLOSING      ─── ACK ──▶  ◀── ACK ───     CLOSING
 *     TIME-WAIT                                 TIME-WAIT
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"closing", "Where FINs cross, both ends go from FIN-WAIT-1 to CLOSING.",
		"RFC 9293, 3.6, figure 13"},
	{"both-wait", "Then both ends are left with TIME-WAIT.", "RFC 9293, 3.6, figure 13"},
};

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);

	int client_gate = lab_gate(lab, CLIENT), server_gate = lab_gate(lab, SERVER);
	lab_close(pair, CLIENT);
	lab_close(pair, SERVER);
	lab_await_held(lab, client_gate, 1);
	lab_await_held(lab, server_gate, 1);
	bool both_ask = lab_reaches(pair, CLIENT, STATE_FIN_WAIT_1) &&
			lab_reaches(pair, SERVER, STATE_FIN_WAIT_1);

	/* The FINs pass each other; their ACKs are held. */
	lab_release(lab, client_gate, 1);
	lab_release(lab, server_gate, 1);
	bool both_cross = lab_reaches(pair, CLIENT, STATE_CLOSING) &&
			  lab_reaches(pair, SERVER, STATE_CLOSING);

	lab_await_held(lab, client_gate, 1);
	lab_await_held(lab, server_gate, 1);
	lab_open(lab, client_gate);
	lab_open(lab, server_gate);
	bool both_wait = lab_reaches(pair, CLIENT, STATE_TIME_WAIT) &&
			 lab_reaches(pair, SERVER, STATE_TIME_WAIT);

	lab_holds(lab, "closing", both_ask && both_cross,
		both_ask && both_cross
			? "Both ends were in FIN-WAIT-1, and behind the crossing FINs in CLOSING."
			: "An end was not in FIN-WAIT-1, or behind the crossing FINs not in "
			  "CLOSING.");
	lab_holds(lab, "both-wait", both_wait, "The client ended in %s and the server in %s.",
		tcp_state_text(lab_state(pair, CLIENT)), tcp_state_text(lab_state(pair, SERVER)));
}

const struct lesson lesson_simultaneous = {
	.name = "simultaneous",
	.asks = "What if both ends close at the same time?",
	LESSON_CLAIMS(claims),
	.scene = "The wire holds all segments while both ends close, then lets the two FINs pass, "
		 "and then their ACKs.",
	.practice = "Two ends that close by the same timer pay twice. Let one of them be the first "
		    "by design.",
	.play = play,
};
