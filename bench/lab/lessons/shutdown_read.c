/* shutdown(SHUT_RD) is told to nobody.
 *
 *     client                                    server
 *     ESTABLISHED                               ESTABLISHED   shutdown(SHUT_RD): no segment
 *                  ──────── data ───────▶                     acknowledged, and read
 *
 * close() in SYN-SENT is told to nobody either:
 *
 *     SYN-SENT     ──────── SYN ────────▶       SYN-RECEIVED  held by the wire
 *     CLOSED       close()
 *                  ◀────── SYN, ACK ─────
 *                  ──────── RST ────────▶       LISTEN
 */
#include "bench/lab/lesson.h"

static void read_side(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	size_t bytes;
	lab_show(pair, "shutdown(SHUT_RD), then data");
	lab_exchange(pair);
	uint64_t mark = lab_mark(lab);
	lab_shut_read(pair, SERVER);
	uint64_t told = lab_count(pair, &(struct lab_segments){.from = SERVER, .since = mark});
	lab_send(pair, CLIENT, 100);
	lab_await(pair,
		&(struct lab_segments){.from = SERVER, .payload = PAYLOAD_NONE, .since = mark}, 1);
	enum reading end = lab_read_to_end(pair, SERVER, &bytes);
	uint64_t rsts = lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_RST});
	lab_measure(lab, "peer-is-told", "segments", (double)told);
	lab_decide(lab, "peer-is-told", lab_if(told > 0 || rsts > 0, DOES_NOT_HOLD),
		"shutdown(SHUT_RD) sent %ju segments; 100 bytes behind it were acknowledged and "
		"%zu of them read, then %s.",
		(uintmax_t)told, bytes, lab_reading_text(end));
	lab_close(pair, CLIENT);
	lab_close(pair, SERVER);
}

static void syn_sent(struct lab *lab)
{
	int gate = lab_gate(lab, SERVER);
	struct pair *pair = lab_begin_connect(lab);
	lab_show(pair, "close() before the SYN-ACK arrives");
	lab_await_held(lab, gate, 1);
	lab_expect(pair, CLIENT, STATE_SYN_SENT);
	uint64_t mark = lab_mark(lab);
	lab_unlike_segments(pair);
	lab_close(pair, CLIENT);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	uint64_t told = lab_count(pair, &(struct lab_segments){.from = CLIENT, .since = mark});
	lab_open(lab, gate);
	lab_await(pair, &(struct lab_segments){.from = CLIENT, .flags = TCP_RST}, 1);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);
	lab_measure(lab, "syn-sent-is-silent", "segments", (double)told);
	lab_decide(lab, "syn-sent-is-silent", lab_if(told == 0 && is_over, DOES_NOT_HOLD),
		"close() in SYN-SENT sent %ju segments; the SYN-ACK was answered by a RST.",
		(uintmax_t)told);
}

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	read_side(lab);
	syn_sent(lab);
}

const struct lesson lesson_shutdown_read = {
	.name = "shutdown-read",
	.asks = "What does shutdown(SHUT_RD) tell the other end?",
	.claims =
		{
			{"peer-is-told", "shutdown(SHUT_RD) keeps the other end from sending.",
				"common belief; shutdown(2)"},
			{"syn-sent-is-silent",
				"close() in SYN-SENT sends nothing; a late SYN-ACK is reset.",
				"RFC 9293, 3.10.4 and 3.10.7.1"},
		},
	.scene = "The server shuts its reading side down, and the client sends. Then the client "
		 "closes a connection before the SYN-ACK arrives.",
	.practice = "TCP has no word for \"stop sending\". Say it in the protocol above.",
	.play = play,
};
