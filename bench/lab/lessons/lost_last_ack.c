/* Without TIME-WAIT nobody answers the FIN that comes again. What a new connection then meets.
 *
 *     client                                    server
 *     TIME-WAIT    ──────── ACK ───✗            LAST-ACK
 *     (forgotten)                               LAST-ACK
 *     SYN-SENT     ──────── SYN ────────▶       LAST-ACK
 *                  ◀─────── ACK ─────────       LAST-ACK     a challenge
 *                  ──────── RST ────────▶       CLOSED
 *                  ──────── SYN ────────▶       SYN-RECEIVED
 */
#include "bench/lab/lesson.h"

#include <errno.h>
#include <string.h>

static const struct claim claims[] = {
	{"stays-in-last-ack",
		"Where the last ACK is lost and there is no TIME-WAIT, the server stays in "
		"LAST-ACK.",
		"common belief"},
	{"syn-is-reset",
		"Then a new SYN of the same ports is reset by the server, and connect() fails.",
		"common belief; RFC 793"},
};

/* The server is in LAST-ACK, and its client knows nothing of that. */
static void connect_again(struct lab *lab, uint16_t port)
{
	int error;
	unsigned before = lab_counter(lab, SERVER, "TCPChallengeACK");
	struct pair *again = lab_try_connect(lab, port, &error);
	if (error == ECONNREFUSED || error == ECONNRESET)
		lab_decide(lab, "syn-is-reset", HOLDS, "connect() failed: %s.", strerror(error));
	else if (error != 0)
		lab_fail(lab, "the client could not connect: %s", strerror(error));
	lab_show(again, "a new connection of the same ports meets LAST-ACK");
	double after_ms = lab_again_ms(again, CLIENT, .flags = TCP_SYN);
	unsigned by_client = lab_count(again, CLIENT, .flags = TCP_RST);
	unsigned by_server = lab_count(again, SERVER, .flags = TCP_RST);
	unsigned challenges = lab_counter(lab, SERVER, "TCPChallengeACK") - before;
	lab_measure(lab, "syn-is-reset", {"connected_after_ms", after_ms},
		{"TCPChallengeACK", challenges}, {"rst_of_client", by_client},
		{"rst_of_server", by_server});
	lab_exchange(again);
	lab_expect(again, CLIENT, STATE_ESTABLISHED);
	lab_expect(again, SERVER, STATE_ESTABLISHED);
	lab_decide(lab, "syn-is-reset", by_server > 0 ? DIFFERS : DOES_NOT_HOLD,
		"The server answered the SYN with %s, the client %s, and its SYN was sent again "
		"after %.0f ms: connected.",
		by_server > 0    ? "a RST"
		: challenges > 0 ? "a challenge ACK"
				 : "neither a challenge ACK nor a RST",
		by_client > 0 ? "reset the old connection" : "sent no RST", after_ms);
}

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	lab_set(lab, CLIENT, "tcp_max_tw_buckets", "0");
	struct pair *old = lab_connect(lab);
	uint16_t port = lab_client_port(old);
	lab_exchange(old);
	lab_shut(old, CLIENT);
	lab_expect(old, CLIENT, STATE_FIN_WAIT_2);
	lab_expect(old, SERVER, STATE_CLOSE_WAIT);

	/* A kernel that sends the FIN again soon is not to hear of it either. */
	int lost = lab_drop(lab, CLIENT, 0);
	lab_close(old, SERVER);
	lab_await_acted(lab, lost, 1);
	lab_expect(old, CLIENT, STATE_CLOSED);
	bool is_stuck = lab_reaches(old, SERVER, STATE_LAST_ACK);
	lab_show(old, "the last ACK is lost, and the client keeps no TIME-WAIT");
	lab_close(old, CLIENT);
	lab_holds(lab, "stays-in-last-ack", is_stuck,
		"The client had no connection any more, and the server was in %s.",
		tcp_state_text(lab_state(old, SERVER)));

	lab_open(lab, lost);
	connect_again(lab, port);
}

const struct lesson lesson_lost_last_ack = {
	.name = "lost-last-ack",
	.asks = "What if the last ACK is lost and there is no TIME-WAIT?",
	LESSON_CLAIMS(claims),
	.scene = "The client may keep no TIME-WAIT (tcp_max_tw_buckets = 0), and the wire drops "
		 "its last ACK. Then the client connects from the same port.",
	.practice = "A port whose old connection the server still has costs a few milliseconds, "
		    "not the connection (RFC 5961).",
	.play = play,
};
