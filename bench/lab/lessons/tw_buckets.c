/* tcp_max_tw_buckets: what is above the cap is forgotten, not reset.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     (CLOSED)     ◀──────── FIN ────────       LAST-ACK     the cap is reached: no TIME-WAIT
 *                  ──────── ACK ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

#define CAP "10"
#define CLOSES 50

static void play(struct lab *lab)
{
	/* Else, on a machine that is busy, a FIN that is sent again meets nobody: a RST. */
	lab_retransmit_late(lab);
	lab_set(lab, CLIENT, "tcp_max_tw_buckets", CAP);
	struct pair *pairs[CLOSES] = {0};
	unsigned kept = 0, gone = 0;
	for (int i = 0; i < CLOSES; i++) {
		pairs[i] = lab_connect(lab);
		lab_shut(pairs[i], CLIENT);
		lab_expect(pairs[i], SERVER, STATE_CLOSE_WAIT);
		lab_close(pairs[i], SERVER);
		lab_expect(pairs[i], SERVER, STATE_CLOSED);
		lab_close(pairs[i], CLIENT);
	}
	uint64_t rsts = 0;
	for (int i = 0; i < CLOSES && !lab_has_failed(lab); i++) {
		bool is_kept = lab_state(pairs[i], CLIENT) == STATE_TIME_WAIT;
		kept += is_kept;
		gone += !is_kept;
		rsts += lab_count(
			pairs[i], &(struct lab_segments){.from = CLIENT, .flags = TCP_RST});
		rsts += lab_count(
			pairs[i], &(struct lab_segments){.from = SERVER, .flags = TCP_RST});
	}
	uint64_t overflow = lab_counter(lab, CLIENT, "TCPTimeWaitOverflow");
	lab_measure(lab, "all-are-reset", "kept", kept);
	lab_measure(lab, "all-are-reset", "TCPTimeWaitOverflow", (double)overflow);
	lab_measure(lab, "all-are-reset", "rst", (double)rsts);
	lab_decide(lab, "all-are-reset", lab_if(rsts > 0 || kept == 0, DOES_NOT_HOLD),
		"Of %d closes %u TIME-WAITs were kept, the other %u left none behind; %ju RST.",
		CLOSES, kept, gone, (uintmax_t)rsts);
	lab_decide(lab, "old-ones-stay",
		lab_if(kept == 10 && overflow == gone && overflow > 0, DOES_NOT_HOLD),
		"The first %u stayed, and TCPTimeWaitOverflow counts the other %ju.", kept,
		(uintmax_t)overflow);
}

const struct lesson lesson_tw_buckets = {
	.name = "tw-buckets",
	.asks = "What happens above tcp_max_tw_buckets?",
	.claims =
		{
			{"all-are-reset",
				"Above tcp_max_tw_buckets all TIME-WAIT connections are reset.",
				"common belief; ip-sysctl.rst: \"immediately destroyed\""},
			{"old-ones-stay",
				"Existing ones stay, and the new one is skipped and counted.",
				"net/ipv4/tcp_minisocks.c, tcp_time_wait()"},
		},
	.scene = "The client's cap is 10, and it closes 50 connections first.",
	.practice = "A low cap is TIME-WAIT off, in silence: watch TCPTimeWaitOverflow.",
	.play = play,
};
