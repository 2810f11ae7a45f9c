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
	lab_decide(lab, "stays-in-last-ack", lab_if(is_stuck, DOES_NOT_HOLD),
		"The client had no connection any more, and the server was in %s.",
		tcp_state_text(lab_state(old, SERVER)));

	lab_open(lab, lost);
	struct pair *again = lab_connect_from(lab, port);
	lab_show(again, "a new connection of the same ports meets LAST-ACK");
	const struct lab_segments syns = {.from = CLIENT, .flags = TCP_SYN},
				  client_rsts = {.from = CLIENT, .flags = TCP_RST},
				  server_rsts = {.from = SERVER, .flags = TCP_RST};
	uint64_t first_ns, second_ns;
	lab_segment(again, &syns, 1, &first_ns);
	lab_segment(again, &syns, 2, &second_ns);
	double after_ms = (double)(second_ns - first_ns) / 1e6;
	uint64_t by_client = lab_count(again, &client_rsts),
		 by_server = lab_count(again, &server_rsts);
	lab_measure(lab, "syn-is-reset", "connected_after_ms", after_ms);
	lab_measure(lab, "syn-is-reset", "rst_of_client", (double)by_client);
	lab_measure(lab, "syn-is-reset", "rst_of_server", (double)by_server);
	lab_exchange(again);
	lab_expect(again, CLIENT, STATE_ESTABLISHED);
	lab_expect(again, SERVER, STATE_ESTABLISHED);
	lab_decide(lab, "syn-is-reset", lab_if(by_server > 0, DOES_NOT_HOLD),
		"The server answered the SYN with a challenge ACK, the client reset the old "
		"connection, and its SYN was sent again after %.0f ms: connected.",
		after_ms);
}

const struct lesson lesson_lost_last_ack = {
	.name = "lost-last-ack",
	.asks = "What if the last ACK is lost and there is no TIME-WAIT?",
	.claims =
		{
			{"stays-in-last-ack",
				"Where the last ACK is lost and there is no TIME-WAIT, the server "
				"stays in LAST-ACK.",
				"common belief"},
			{"syn-is-reset",
				"Then a new SYN of the same ports is reset by the server, and "
				"connect() fails.",
				"common belief; RFC 793"},
		},
	.scene = "The client may keep no TIME-WAIT (tcp_max_tw_buckets = 0), and the wire drops "
		 "its last ACK. Then the client connects from the same port.",
	.practice = "A port whose old connection the server still has costs a few milliseconds, "
		    "not the connection (RFC 5961).",
	.play = play,
};
