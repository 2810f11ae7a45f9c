/* The last ACK may be lost: whoever sent it has to be there to send it again.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────
 *     TIME-WAIT    ◀──────── FIN ────────       LAST-ACK
 *                  ──────── ACK ───✗            LAST-ACK
 *                  ◀──────── FIN ────────       LAST-ACK     after 200 ms
 *                  ──────── ACK ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

/* RFC 9293, 3.4.2: a segment may live for two minutes. */
#define TWO_MSL_MS 240000

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	lab_shut(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_FIN_WAIT_2);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);

	int lost = lab_drop(lab, CLIENT, 1);
	lab_close(pair, SERVER);
	lab_await_acted(lab, lost, 1);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	struct lab_kernel_view waiting = lab_look(pair, CLIENT);
	bool is_asked = lab_reaches(pair, SERVER, STATE_LAST_ACK);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);

	const struct lab_segments fins = {.from = SERVER, .flags = TCP_FIN};
	uint64_t first_ns, again_ns;
	lab_segment(pair, &fins, 1, &first_ns);
	lab_segment(pair, &fins, 2, &again_ns);
	double after_ms = (double)(again_ns - first_ns) / 1e6;
	lab_measure(lab, "fin-again", "fin_again_ms", after_ms);
	lab_decide(lab, "fin-again",
		lab_if(is_asked && is_over && lab_reaches(pair, CLIENT, STATE_TIME_WAIT),
			DOES_NOT_HOLD),
		"The server waited in LAST-ACK and sent its FIN again after %.0f ms; TIME-WAIT "
		"answered it.",
		after_ms);

	lab_measure(lab, "two-msl", "time_wait_ms", (double)waiting.expires_ms);
	lab_decide(lab, "two-msl", lab_if(waiting.expires_ms > TWO_MSL_MS / 2, DIFFERS),
		"Linux keeps it for %.0f s, a constant (TCP_TIMEWAIT_LEN), not for 240 s.",
		(double)waiting.expires_ms / 1e3);
}

const struct lesson lesson_two_msl = {
	.name = "two-msl",
	.asks = "What is TIME-WAIT for, and how long is it?",
	.claims =
		{
			{"fin-again",
				"Where the last ACK is lost, the FIN comes again, and TIME-WAIT "
				"answers it.",
				"RFC 9293, 3.6 and 3.10.7.4"},
			{"two-msl", "TIME-WAIT lasts for 2 MSL: four minutes.",
				"RFC 9293, 3.4.2 and 3.6"},
		},
	.scene = "The client closes first. The wire drops its last ACK.",
	.practice = "TIME-WAIT is not a leak: it ends the other end's LAST-ACK. On Linux no "
		    "setting changes its 60 s.",
	.play = play,
};
