/* tcp_fin_timeout bounds orphans in FIN-WAIT-2. It is not the length of TIME-WAIT.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────       CLOSE-WAIT    the application stays silent
 *     CLOSED                                    CLOSE-WAIT    after tcp_fin_timeout
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"shortens-time-wait", "tcp_fin_timeout shortens TIME-WAIT.", "common belief"},
	{"bounds-orphans", "It is how long an orphan stays in FIN-WAIT-2.", "ip-sysctl.rst"},
	{"bounds-owned", "It also ends a FIN-WAIT-2 whose socket is only shut down.",
		"common belief"},
};

#define TIMEOUT_S 1

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_fin_timeout", "1");
	struct pair *waiting = lab_connect(lab);
	lab_close_both(waiting, CLIENT);
	lab_expect(waiting, CLIENT, STATE_TIME_WAIT);
	unsigned left_ms = lab_look(waiting, CLIENT).expires_ms;

	struct pair *orphan = lab_connect(lab);
	lab_show(orphan, "an orphan in FIN-WAIT-2");
	lab_close(orphan, CLIENT);
	bool has_waited = lab_reaches(orphan, CLIENT, STATE_FIN_WAIT_2);
	double from_s = lab_now_s(lab);
	bool is_over = lab_reaches(orphan, CLIENT, STATE_CLOSED);
	double took_s = lab_now_s(lab) - from_s;
	enum tcp_state peer = lab_state(orphan, SERVER);

	/* Owned: no timer at all. */
	struct pair *owned = lab_connect(lab);
	lab_shut(owned, CLIENT);
	lab_expect(owned, CLIENT, STATE_FIN_WAIT_2);
	unsigned timer = lab_look(owned, CLIENT).timer;

	lab_measure(lab, "shortens-time-wait", {"time_wait_ms", left_ms});
	lab_holds(lab, "shortens-time-wait", left_ms < 30000,
		"With tcp_fin_timeout = %d a TIME-WAIT had %.1f s left.", TIMEOUT_S, left_ms / 1e3);
	lab_measure(lab, "bounds-orphans", {"fin_wait_2_s", took_s});
	lab_holds(lab, "bounds-orphans", has_waited && is_over && peer == STATE_CLOSE_WAIT,
		"An orphan %s FIN-WAIT-2 was %s after %.1f s, while its peer was in %s.",
		has_waited ? "in" : "that was not in", is_over ? "gone" : "still there", took_s,
		tcp_state_text(peer));
	lab_measure(lab, "bounds-owned", {"timer", timer});
	lab_holds(lab, "bounds-owned", timer != 0,
		"The kernel has %s timer for a FIN-WAIT-2 whose socket a process holds.",
		timer ? "a" : "no");
}

const struct lesson lesson_fin_timeout = {
	.name = "fin-timeout",
	.asks = "What does tcp_fin_timeout bound?",
	LESSON_CLAIMS(claims),
	.scene = "tcp_fin_timeout is 1 at the client, which closes one connection normally, leaves "
		 "another as an orphan, and shuts a third one down.",
	.practice = "Do not set it for TIME-WAIT. What you shut down and keep open needs a timer "
		    "of your own.",
	.play = play,
};
