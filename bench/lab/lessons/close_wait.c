/* CLOSE-WAIT waits for the application, and for nothing else.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────       CLOSE-WAIT    for ever
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"ends-by-time", "The kernel ends CLOSE-WAIT after a while.", "common belief"},
	{"close-ends-it", "The application's close() ends it.", "RFC 9293, 3.6"},
};

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_fin_timeout", "1");
	lab_set(lab, SERVER, "tcp_fin_timeout", "1");
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	lab_close(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	/* Until then newer kernels show the timer of the FIN's delayed ACK. */
	lab_expect(pair, CLIENT, STATE_FIN_WAIT_2);
	unsigned timer = lab_look(pair, SERVER).timer;
	/* The client's end is forgotten by its kernel. */
	lab_expect(pair, CLIENT, STATE_CLOSED);
	struct lab_kernel_view alone = lab_look(pair, SERVER);
	lab_measure(lab, "ends-by-time", {"timer", timer});
	lab_holds(lab, "ends-by-time", timer != 0 || alone.state != STATE_CLOSE_WAIT,
		"The kernel has %s timer for it; the server was in %s when its peer was gone.",
		timer ? "a" : "no", tcp_state_text(alone.state));

	/* What the application is told when it closes at last: nothing. */
	lab_close(pair, SERVER);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);
	unsigned rsts = lab_count(pair, CLIENT, .flags = TCP_RST);
	lab_holds(lab, "close-ends-it", is_over, "close() %s: its FIN got %u RST%s.",
		is_over ? "ended it" : "did not end it", rsts,
		rsts > 0 ? ", since the peer was gone" : "");
}

const struct lesson lesson_close_wait = {
	.name = "close-wait",
	.asks = "Does CLOSE-WAIT end by itself?",
	LESSON_CLAIMS(claims),
	.scene = "The client closes, and its kernel forgets the connection after 1 s. The server "
		 "does not close.",
	.practice = "Growing CLOSE-WAIT is a bug of the program that holds the descriptors: read "
		    "to the end, and close.",
	.play = play,
};
