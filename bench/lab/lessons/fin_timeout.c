/* tcp_fin_timeout bounds orphans in FIN-WAIT-2. It is not the length of TIME-WAIT.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────       CLOSE-WAIT    the application stays silent
 *     CLOSED                                    CLOSE-WAIT    after tcp_fin_timeout
 */
#include "bench/lab/lesson.h"
#include "common/clock.h"

#define TIMEOUT_S 1

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_fin_timeout", "1");
	struct pair *waiting = lab_connect(lab);
	lab_shut(waiting, CLIENT);
	lab_expect(waiting, CLIENT, STATE_FIN_WAIT_2);
	lab_close(waiting, SERVER);
	lab_close(waiting, CLIENT);
	lab_expect(waiting, CLIENT, STATE_TIME_WAIT);
	uint64_t left_ms = lab_look(waiting, CLIENT).expires_ms;

	struct pair *orphan = lab_connect(lab);
	lab_show(orphan, "an orphan in FIN-WAIT-2");
	lab_close(orphan, CLIENT);
	bool has_waited = lab_reaches(orphan, CLIENT, STATE_FIN_WAIT_2);
	uint64_t from_ns = clock_now_ns();
	bool is_over = lab_reaches(orphan, CLIENT, STATE_CLOSED);
	double took_s = (double)(clock_now_ns() - from_ns) / 1e9;
	bool peer_waits = lab_state(orphan, SERVER) == STATE_CLOSE_WAIT;

	/* Owned: no timer at all. */
	struct pair *owned = lab_connect(lab);
	lab_shut(owned, CLIENT);
	lab_expect(owned, CLIENT, STATE_FIN_WAIT_2);
	unsigned timer = lab_look(owned, CLIENT).timer;

	lab_measure(lab, "shortens-time-wait", "time_wait_ms", (double)left_ms);
	lab_decide(lab, "shortens-time-wait", lab_if(left_ms < 30000, DOES_NOT_HOLD),
		"With tcp_fin_timeout = %d a TIME-WAIT had %.1f s left.", TIMEOUT_S,
		(double)left_ms / 1e3);
	lab_measure(lab, "bounds-orphans", "fin_wait_2_s", took_s);
	lab_decide(lab, "bounds-orphans",
		lab_if(has_waited && is_over && peer_waits, DOES_NOT_HOLD),
		"An orphan in FIN-WAIT-2 was gone after %.1f s, while its peer was in CLOSE-WAIT.",
		took_s);
	lab_measure(lab, "bounds-owned", "timer", timer);
	lab_decide(lab, "bounds-owned", lab_if(timer != 0, DOES_NOT_HOLD),
		"The kernel has %s timer for a FIN-WAIT-2 whose socket a process holds.",
		timer ? "a" : "no");
}

const struct lesson lesson_fin_timeout = {
	.name = "fin-timeout",
	.asks = "What does tcp_fin_timeout bound?",
	.claims =
		{
			{"shortens-time-wait", "tcp_fin_timeout shortens TIME-WAIT.",
				"common belief"},
			{"bounds-orphans", "It is how long an orphan stays in FIN-WAIT-2.",
				"ip-sysctl.rst"},
			{"bounds-owned",
				"It also ends a FIN-WAIT-2 whose socket is only shut down.",
				"common belief"},
		},
	.scene = "tcp_fin_timeout is 1 at the client, which closes one connection normally, leaves "
		 "another as an orphan, and shuts a third one down.",
	.practice = "Do not set it for TIME-WAIT. What you shut down and keep open needs a timer "
		    "of your own.",
	.play = play,
};
