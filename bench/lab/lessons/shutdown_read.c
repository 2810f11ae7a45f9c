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

static const struct claim claims[] = {
	{"peer-is-told", "shutdown(SHUT_RD) keeps the other end from sending.",
		"common belief; shutdown(2)"},
	{"syn-sent-is-silent", "close() in SYN-SENT sends nothing; a late SYN-ACK is reset.",
		"RFC 9293, 3.10.4 and 3.10.7.1"},
};

static void read_side(struct lab *lab)
{
	struct pair *pair = lab_connect(lab);
	lab_show(pair, "shutdown(SHUT_RD), then data");
	lab_exchange(pair);
	uint64_t mark = lab_mark(lab);
	lab_shut_read(pair, SERVER);
	unsigned told = lab_count(pair, SERVER, .since = mark);
	lab_send(pair, CLIENT, 100);
	lab_await(pair, 1, SERVER, .payload = PAYLOAD_NONE, .since = mark);
	struct reading read = lab_read_to_end(pair, SERVER);
	unsigned rsts = lab_count(pair, SERVER, .flags = TCP_RST);
	lab_measure(lab, "peer-is-told", {"segments", told});
	lab_holds(lab, "peer-is-told", told > 0 || rsts > 0,
		"shutdown(SHUT_RD) sent %u segments; 100 bytes behind it were acknowledged and %u "
		"of them read, then %s.",
		told, read.bytes, lab_reading_text(read.end));
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
	unsigned told = lab_count(pair, CLIENT, .since = mark);
	lab_open(lab, gate);
	lab_await(pair, 1, CLIENT, .flags = TCP_RST);
	bool is_over = lab_reaches(pair, SERVER, STATE_CLOSED);
	lab_measure(lab, "syn-sent-is-silent", {"segments", told});
	lab_holds(lab, "syn-sent-is-silent", told == 0 && is_over,
		"close() in SYN-SENT sent %u segments; the SYN-ACK was answered by a RST.", told);
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
	LESSON_CLAIMS(claims),
	.scene = "The server shuts its reading side down, and the client sends. Then the client "
		 "closes a connection before the SYN-ACK arrives.",
	.practice = "TCP has no word for \"stop sending\". Say it in the protocol above.",
	.play = play,
};
