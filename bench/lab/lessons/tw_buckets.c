/* tcp_max_tw_buckets: what is above the cap is forgotten, not reset.
 *
 *     client                                    server
 *     FIN-WAIT-1   ──────── FIN ────────▶       CLOSE-WAIT
 *     (CLOSED)     ◀──────── FIN ────────       LAST-ACK     the cap is reached: no TIME-WAIT
 *                  ──────── ACK ────────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"all-are-reset", "Above tcp_max_tw_buckets all TIME-WAIT connections are reset.",
		"common belief; ip-sysctl.rst: \"immediately destroyed\""},
	{"old-ones-stay", "Existing ones stay, and the new one is skipped and counted.",
		"net/ipv4/tcp_minisocks.c, tcp_time_wait()"},
};

#define CAP "10"
#define CLOSES 50

static void play(struct lab *lab)
{
	/* Else, on a machine that is busy, a FIN that is sent again meets nobody: a RST. */
	lab_retransmit_late(lab);
	lab_set(lab, CLIENT, "tcp_max_tw_buckets", CAP);
	struct pair *pairs[CLOSES] = {0};
	unsigned kept = 0, first = 0, rsts = 0;
	for (int i = 0; i < CLOSES; i++) {
		pairs[i] = lab_connect(lab);
		lab_close_both(pairs[i], CLIENT);
	}
	for (int i = 0; i < CLOSES && !lab_has_failed(lab); i++) {
		bool stays = lab_state(pairs[i], CLIENT) == STATE_TIME_WAIT;
		first += stays && first == (unsigned)i;
		kept += stays;
		rsts += lab_count_both(pairs[i], .flags = TCP_RST);
	}
	unsigned overflow = lab_counter(lab, CLIENT, "TCPTimeWaitOverflow");
	lab_measure(lab, "all-are-reset", {"kept", kept}, {"TCPTimeWaitOverflow", overflow},
		{"rst", rsts});
	lab_holds(lab, "all-are-reset", rsts > 0 || kept == 0,
		"Of %d closes %u TIME-WAITs were kept, the other %u left none behind; %u RST.",
		CLOSES, kept, CLOSES - kept, rsts);
	lab_holds(lab, "old-ones-stay", first == 10 && kept == 10 && overflow == CLOSES - kept,
		"The first %u stayed, and TCPTimeWaitOverflow counts %s%u.", first,
		overflow == CLOSES - first ? "the other " : "", overflow);
}

const struct lesson lesson_tw_buckets = {
	.name = "tw-buckets",
	.asks = "What happens above tcp_max_tw_buckets?",
	LESSON_CLAIMS(claims),
	.scene = "The client's cap is 10, and it closes 50 connections first.",
	.practice = "A low cap is TIME-WAIT off, in silence: watch TCPTimeWaitOverflow.",
	.play = play,
};
