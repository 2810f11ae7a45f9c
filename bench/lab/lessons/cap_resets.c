/* Orphans in FIN-WAIT-2 count under tcp_max_tw_buckets, too: the peer of one that is skipped gets a
 * RST for its FIN.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     FIN-WAIT-2   ◀──────── ACK ────────
 *     (CLOSED)                                  the cap is reached
 *                  ◀──────── FIN ────────       LAST-ACK
 *                  ──────── RST ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"more-harm", "A low tcp_max_tw_buckets does more harm than good: closing peers are reset.",
		"ip-sysctl.rst; common belief"},
};

#define CAP "10"
#define CLOSES 50
#define FIRST_PORT 40000

static void play(struct lab *lab)
{
	lab_set(lab, CLIENT, "tcp_max_tw_buckets", CAP);
	struct pair *pairs[CLOSES] = {0};
	unsigned resets = 0, kept = 0;
	for (int i = 0; i < CLOSES; i++) {
		/* The kernel may choose the port of one that was skipped once more. */
		pairs[i] = lab_connect_from(lab, (uint16_t)(FIRST_PORT + i));
		/* An orphan at once: nobody waits for what the server still has to send. */
		lab_shut(pairs[i], CLIENT);
		lab_expect(pairs[i], SERVER, STATE_CLOSE_WAIT);
		lab_await(pairs[i], 2, SERVER, .payload = PAYLOAD_NONE);
		lab_close(pairs[i], CLIENT);
	}
	for (int i = 0; i < CLOSES && !lab_has_failed(lab); i++)
		kept += lab_state(pairs[i], CLIENT) == STATE_FIN_WAIT_2;
	for (int i = 0; i < CLOSES && !lab_has_failed(lab); i++) {
		lab_close(pairs[i], SERVER);
		lab_expect(pairs[i], SERVER, STATE_CLOSED);
		bool is_reset = lab_count(pairs[i], CLIENT, .flags = TCP_RST) > 0;
		if (is_reset && resets++ == 0)
			lab_show(pairs[i], "one of those above the cap");
	}
	lab_measure(lab, "more-harm", {"fin_wait_2_kept", kept}, {"fins_answered_by_rst", resets});
	lab_holds(lab, "more-harm", resets > 0,
		"Of %d peers that closed afterwards %u got a RST for their FIN; the cap had kept "
		"%u connections.",
		CLOSES, resets, kept);
}

const struct lesson lesson_cap_resets = {
	.name = "cap-resets",
	.asks = "Does a low tcp_max_tw_buckets harm anybody?",
	LESSON_CLAIMS(claims),
	.scene = "The client's cap is 10. It closes 50 connections while the server still has them "
		 "open; then the server closes.",
	.practice = "Leave the cap where it is: what it saves is 256 bytes a connection.",
	.play = play,
};
