/* An old duplicate makes TIME-WAIT answer; where the other end is gone, its RST ends TIME-WAIT.
 *
 *     client                                    server
 *     TIME-WAIT                                 CLOSED
 *     TIME-WAIT    ◀──── old segment ────                    a genuine duplicate
 *                  ──────── ACK ────────▶       CLOSED
 *     CLOSED       ◀──────── RST ────────                    unless tcp_rfc1337 = 1
 */
#include "bench/lab/lesson.h"

static const struct lab_segments server_rsts = {.from = SERVER, .flags = TCP_RST};

/* The state in which the client is left. */
static enum tcp_state duplicate_meets(struct lab *lab, bool is_shielded, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	int copy = lab_rule(lab,
		&(struct rule){
			.action = RULE_COPY, .from = SERVER, .payload = PAYLOAD_SOME, .nth = 1});
	lab_exchange(pair);
	lab_await_held(lab, copy, 1);
	lab_shut(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_FIN_WAIT_2);
	lab_close(pair, SERVER);
	lab_expect(pair, SERVER, STATE_CLOSED);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	lab_close(pair, CLIENT);

	/* The RST stands at the gate until the state before it was seen. */
	int gate = lab_gate(lab, SERVER);
	lab_open(lab, copy);
	lab_await_held(lab, gate, 1);
	lab_expect(pair, CLIENT, STATE_TIME_WAIT);
	lab_await(pair, &server_rsts, 1);
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
	lab_decide(lab, "time-wait-is-killed", lab_if(plain == STATE_CLOSED, DOES_NOT_HOLD),
		"With tcp_rfc1337 = 0 an old data segment and the RST that it led to left the "
		"client in %s.",
		tcp_state_text(plain));
	lab_decide(lab, "rfc1337-protects", lab_if(shielded == STATE_TIME_WAIT, DOES_NOT_HOLD),
		"With tcp_rfc1337 = 1 the same left it in %s.", tcp_state_text(shielded));
}

const struct lesson lesson_assassination = {
	.name = "assassination",
	.asks = "Can an old duplicate end TIME-WAIT?",
	.claims =
		{
			{"time-wait-is-killed",
				"An old duplicate makes the other end reset TIME-WAIT.",
				"RFC 1337, 2"},
			{"rfc1337-protects", "tcp_rfc1337 = 1 keeps TIME-WAIT.",
				"RFC 1337, 3, fix F1; ip-sysctl.rst"},
		},
	.scene = "The wire keeps a copy of the server's response, and delivers it when the client "
		 "is "
		 "in TIME-WAIT and the server has forgotten the connection.",
	.practice = "TIME-WAIT is no wall. Timestamps are what keeps old segments out.",
	.play = play,
};
