/* A RST from somebody who cannot see the connection: only the exact number ends it.
 *
 *     client                                    server
 *     ESTABLISHED  ─── RST, in window ──▶       ESTABLISHED   answered by a challenge ACK
 *     ESTABLISHED  ─── RST, exact ──────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"window-is-enough", "Any RST within the window ends a connection.", "RFC 793, 3.4"},
	{"exact-number-resets",
		"One at exactly the next expected number does; another within the window is "
		"challenged.",
		"RFC 5961, 3.2"},
};

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	int copy = lab_rule(lab, RULE_COPY, CLIENT, .payload = PAYLOAD_SOME, .nth = 1);
	lab_exchange(pair);
	lab_await_held(lab, copy, 1);
	struct tcp_header request = lab_header(pair, 1, CLIENT, .payload = PAYLOAD_SOME);
	uint32_t next = tcp_header_end_seq(&request);

	uint64_t mark = lab_mark(lab);
	lab_inject(lab, copy, &(struct tcp_header){.seq = next + 1000, .flags = TCP_RST});
	lab_await(pair, 1, SERVER, .since = mark);
	enum tcp_state inside = lab_state(pair, SERVER);
	unsigned challenges = lab_counter(lab, SERVER, "TCPChallengeACK");

	lab_inject(lab, copy, &(struct tcp_header){.seq = next, .flags = TCP_RST});
	struct reading read = lab_read_to_end(pair, SERVER);
	enum tcp_state exact = lab_state(pair, SERVER);

	lab_measure(lab, "window-is-enough", {"TCPChallengeACK", challenges});
	lab_holds(lab, "window-is-enough", inside == STATE_CLOSED,
		"A RST 1,000 bytes ahead left the server in %s and drew %u challenge ACK.",
		tcp_state_text(inside), challenges);
	lab_holds(lab, "exact-number-resets", exact == STATE_CLOSED && read.end == READ_RESET,
		"A RST at exactly the number that was expected next: %s, and the application read "
		"%s.",
		tcp_state_text(exact), lab_reading_text(read.end));
}

const struct lesson lesson_blind_reset = {
	.name = "blind-reset",
	.asks = "Which RST ends a connection?",
	LESSON_CLAIMS(claims),
	.scene = "The wire injects two RSTs: one 1,000 bytes ahead, one at the exact number.",
	.practice = "A middlebox that resets has to know the number, or nothing happens.",
	.play = play,
};
