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

static const struct claim claims[] = {
	{"fin-again", "Where the last ACK is lost, the FIN comes again, and TIME-WAIT answers it.",
		"RFC 9293, 3.6 and 3.10.7.4"},
	{"two-msl", "TIME-WAIT lasts for 2 MSL: four minutes.", "RFC 9293, 3.4.2 and 3.6"},
	{"sixty-seconds", "On Linux TIME-WAIT lasts for 60 s.",
		"include/net/tcp.h, TCP_TIMEWAIT_LEN"},
};

/* RFC 9293, 3.4.2: a segment may live for two minutes. */
#define TWO_MSL_MS 240000
#define LINUX_S 60.0
/* Of --slow: so many, made over more than the longest tick of the timer wheel (5.1 s at HZ 100). */
#define MANY 60
#define APART_MS 100

/* Until it is over: looked at seldom while it has long to live. */
static void time_wait_end(struct lab *lab, struct pair *pair)
{
	struct lab_kernel_view view;
	while ((view = lab_look(pair, CLIENT)).state != STATE_CLOSED && !lab_has_failed(lab))
		lab_think(lab, view.expires_ms > 2000 ? 500 : 4);
}

static void many_live(struct lab *lab)
{
	struct pair *pairs[MANY];
	double made_s[MANY], shortest_s = 1e9, longest_s = 0;
	for (int i = 0; i < MANY; i++) {
		pairs[i] = lab_connect(lab);
		lab_close_both(pairs[i], CLIENT);
		made_s[i] = lab_now_s(lab);
		lab_think(lab, APART_MS);
	}
	/* In the order in which they were made. */
	for (int i = 0; i < MANY; i++) {
		time_wait_end(lab, pairs[i]);
		double lived_s = lab_now_s(lab) - made_s[i];
		shortest_s = lived_s < shortest_s ? lived_s : shortest_s;
		longest_s = lived_s > longest_s ? lived_s : longest_s;
	}
	lab_measure(lab, "sixty-seconds", {"shortest_s", shortest_s}, {"longest_s", longest_s});
	lab_decide(lab, "sixty-seconds",
		longest_s < LINUX_S + 0.5    ? HOLDS
		: shortest_s > LINUX_S - 0.5 ? DIFFERS
					     : DOES_NOT_HOLD,
		"Of %d the shortest lived %.2f s and the longest %.2f s.", MANY, shortest_s,
		longest_s);
	lab_explain(lab, "sixty-seconds", DIFFERS,
		"60 s, rounded up to the next tick of the kernel's timer wheel");
}

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_exchange(pair);
	lab_shut(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_FIN_WAIT_2);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);

	/* Its answers are lost until the state was seen: a slow machine takes longer than a FIN. */
	int lost = lab_drop(lab, CLIENT, 0);
	lab_close(pair, SERVER);
	lab_await_acted(lab, lost, 1);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	unsigned left_ms = lab_look(pair, CLIENT).expires_ms;
	bool is_asked = lab_reaches(pair, SERVER, STATE_LAST_ACK);
	lab_open(lab, lost);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);
	bool stays = lab_reaches(pair, CLIENT, STATE_TIME_WAIT);

	double after_ms = lab_again_ms(pair, SERVER, .flags = TCP_FIN);
	lab_measure(lab, "fin-again", {"fin_again_ms", after_ms});
	lab_holds(lab, "fin-again", is_asked && is_over && stays,
		"The server %s in LAST-ACK and sent its FIN again after %.0f ms; TIME-WAIT %s it.",
		is_asked ? "waited" : "was not", after_ms, is_over ? "answered" : "did not answer");

	lab_measure(lab, "two-msl", {"time_wait_ms", left_ms});
	lab_decide(lab, "two-msl", left_ms > TWO_MSL_MS / 2 ? HOLDS : DIFFERS,
		"Linux keeps it for %.0f s%s.", left_ms / 1e3,
		left_ms > TWO_MSL_MS / 2 ? "" : ", a constant (TCP_TIMEWAIT_LEN), not for 240 s");
	if (lab_is_slow(lab))
		many_live(lab);
}

const struct lesson lesson_two_msl = {
	.name = "two-msl",
	.asks = "What is TIME-WAIT for, and how long is it?",
	LESSON_CLAIMS(claims),
	.scene = "The client closes first. The wire drops its last ACK. With --slow 60 connections "
		 "more are closed, one each 0.1 s, and waited for.",
	.practice = "TIME-WAIT is not a leak: it ends the other end's LAST-ACK. On Linux no "
		    "setting changes its 60 s.",
	.play = play,
	.slow_claim = "sixty-seconds",
	.slow_s = 70,
};
