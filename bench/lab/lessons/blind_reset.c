/* A RST from somebody who cannot see the connection: only the exact number ends it.
 *
 *     client                                    server
 *     ESTABLISHED  ─── RST, in window ──▶       ESTABLISHED   answered by a challenge ACK
 *     ESTABLISHED  ─── RST, exact ──────▶       CLOSED
 */
#include "bench/lab/lesson.h"

static void play(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	int copy = lab_rule(lab,
		&(struct rule){
			.action = RULE_COPY, .from = CLIENT, .payload = PAYLOAD_SOME, .nth = 1});
	lab_exchange(pair);
	lab_await_held(lab, copy, 1);
	struct tcp_header request = lab_segment(
		pair, &(struct lab_segments){.from = CLIENT, .payload = PAYLOAD_SOME}, 1, NULL);
	uint32_t next = tcp_header_end_seq(&request);

	uint64_t before = lab_counter(lab, SERVER, "TCPChallengeACK"), mark = lab_mark(lab);
	lab_inject(lab, copy, &(struct tcp_header){.seq = next + 1000, .flags = TCP_RST});
	lab_await(pair, &(struct lab_segments){.from = SERVER, .since = mark}, 1);
	enum tcp_state inside = lab_state(pair, SERVER);
	uint64_t challenges = lab_counter(lab, SERVER, "TCPChallengeACK") - before;

	lab_inject(lab, copy, &(struct tcp_header){.seq = next, .flags = TCP_RST});
	enum reading end = lab_read_to_end(pair, SERVER, NULL);
	enum tcp_state exact = lab_state(pair, SERVER);

	lab_measure(lab, "window-is-enough", "TCPChallengeACK", (double)challenges);
	lab_decide(lab, "window-is-enough", lab_if(inside == STATE_CLOSED, DOES_NOT_HOLD),
		"A RST 1,000 bytes ahead left the server in %s and drew %ju challenge ACK.",
		tcp_state_text(inside), (uintmax_t)challenges);
	lab_decide(lab, "exact-number-resets",
		lab_if(exact == STATE_CLOSED && end == READ_RESET, DOES_NOT_HOLD),
		"A RST at exactly the number that was expected next: %s, and the application read "
		"%s.",
		tcp_state_text(exact), lab_reading_text(end));
}

const struct lesson lesson_blind_reset = {
	.name = "blind-reset",
	.asks = "Which RST ends a connection?",
	.claims =
		{
			{"window-is-enough", "Any RST within the window ends a connection.",
				"RFC 793, 3.4"},
			{"exact-number-resets",
				"One at exactly the next expected number does; another within the "
				"window is challenged.",
				"RFC 5961, 3.2"},
		},
	.scene = "The wire injects two RSTs: one 1,000 bytes ahead, one at the exact number.",
	.practice = "A middlebox that resets has to know the number, or nothing happens.",
	.play = play,
};
