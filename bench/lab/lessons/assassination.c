/* An old duplicate makes TIME-WAIT answer; where the other end is gone, its RST ends TIME-WAIT.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED
 *     TIME-WAIT    ◀──── old segment ────                    a genuine duplicate
 *                  ──────── ACK ────────▶       CLOSED
 *     CLOSED       ◀──────── RST ────────                    unless tcp_rfc1337 = 1
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"time-wait-is-killed", "An old duplicate makes the other end reset TIME-WAIT.",
		"RFC 1337, 2"},
	{"rfc1337-protects", "tcp_rfc1337 = 1 keeps TIME-WAIT.",
		"RFC 1337, 3, fix F1; ip-sysctl.rst"},
};

/* The state in which the client is left. */
static enum tcp_state duplicate_meets(struct lab *lab, bool is_shielded, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	int copy = lab_rule(lab, RULE_COPY, SERVER, .payload = PAYLOAD_SOME, .nth = 1);
	lab_exchange(pair);
	lab_await_held(lab, copy, 1);
	lab_close_both(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);

	/* The RST stands at the gate until the state before it was seen. */
	int gate = lab_gate(lab, SERVER);
	lab_open(lab, copy);
	lab_await_held(lab, gate, 1);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	lab_await(pair, 1, SERVER, .flags = TCP_RST);
	if (is_shielded)
		lab_ignore_resets(pair);
	lab_open(lab, gate);
	/* What comes behind the RST was taken behind it. */
	struct pair *behind = lab_connect(lab);
	lab_exchange(behind);
	lab_close(behind, CLIENT);
	return lab_state(pair, CLIENT);
}

static void play(struct lab *lab)
{
	enum tcp_state plain = duplicate_meets(lab, false, "tcp_rfc1337 = 0");
	lab_set(lab, CLIENT, "tcp_rfc1337", "1");
	enum tcp_state shielded = duplicate_meets(lab, true, "tcp_rfc1337 = 1: the RST is ignored");
	lab_holds(lab, "time-wait-is-killed", plain == STATE_CLOSED,
		"With tcp_rfc1337 = 0 an old data segment and the RST that it led to left the "
		"client in %s.",
		tcp_state_text(plain));
	lab_holds(lab, "rfc1337-protects", shielded == STATE_TIME_WAIT,
		"With tcp_rfc1337 = 1 the same left it in %s.", tcp_state_text(shielded));
}

const struct lesson lesson_assassination = {
	.name = "assassination",
	.asks = "Can an old duplicate end TIME-WAIT?",
	LESSON_CLAIMS(claims),
	.scene = "The wire keeps a copy of the server's response, and delivers it when the client "
		 "is in TIME-WAIT and the server has forgotten the connection.",
	.practice = "TIME-WAIT is no wall. Timestamps are what keeps old segments out.",
	.play = play,
};
