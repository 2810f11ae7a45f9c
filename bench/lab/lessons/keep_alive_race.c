/* A server closes a connection that was idle just when the client sends its next request: the 502
 * of proxies.
 *
 *     client                                    server
 *     ESTABLISHED  ─ request ─▶  ◀── FIN ──     FIN-WAIT-2
 *     CLOSED       ◀──────── RST ────────       CLOSED        close(): nobody reads it
 */
#include "bench/lab/lesson.h"

static const struct claim claims[] = {
	{"request-is-lost",
		"A request that crosses the close() of an idle connection is answered by a RST.",
		"RFC 9112, 9.5"},
	{"drain-is-clean",
		"Half-close and drain turn the reset into a clean end; the request stays "
		"unanswered all the same.",
		"RFC 9112, 9.6"},
};

struct race {
	bool crossed;
	struct reading answer;   /* at the client */
	unsigned received_bytes; /* of the request, at the server */
	unsigned rsts;
};

/* The request leaves before the FIN arrives, and arrives behind the server's closing. */
static struct race race_run(struct lab *lab, bool drains, const char *caption)
{
	struct race race = {0};
	struct pair *pair = lab_connect(lab);
	lab_show(pair, caption);
	lab_exchange(pair);
	int client_gate = lab_gate(lab, CLIENT), server_gate = lab_gate(lab, SERVER);
	if (drains)
		lab_shut(pair, SERVER);
	else
		lab_close(pair, SERVER);
	lab_await_held(lab, server_gate, 1);
	lab_send(pair, CLIENT, 100);
	lab_await_held(lab, client_gate, 1);
	race.crossed = lab_reaches(pair, CLIENT, STATE_ESTABLISHED);
	lab_open(lab, server_gate);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_open(lab, client_gate);
	if (drains) {
		lab_read(pair, SERVER, 100);
		race.received_bytes = 100;
	} else {
		lab_expect(pair, CLIENT, STATE_CLOSED);
	}
	race.answer = lab_read_to_end(pair, CLIENT);
	race.rsts = lab_count(pair, SERVER, .flags = TCP_RST);
	lab_close(pair, CLIENT);
	if (drains) {
		lab_drain(pair, SERVER);
		lab_expect(pair, CLIENT, STATE_CLOSED);
	}
	return race;
}

static void play(struct lab *lab)
{
	lab_retransmit_late(lab);
	struct race closed = race_run(lab, false, "close() as the request is on its way");
	struct race drained = race_run(lab, true, "shutdown() and reading, instead");

	lab_measure(lab, "request-is-lost", {"rst", closed.rsts});
	lab_holds(lab, "request-is-lost",
		closed.crossed && closed.rsts > 0 && closed.answer.bytes == 0,
		"The request met a closed socket: %u RST, %s answer; the client read: %s.",
		closed.rsts, closed.answer.bytes > 0 ? "an" : "no",
		lab_reading_text(closed.answer.end));
	lab_measure(lab, "drain-is-clean", {"request_bytes_received", drained.received_bytes},
		{"rst", drained.rsts});
	lab_holds(lab, "drain-is-clean",
		drained.crossed && drained.rsts == 0 && drained.received_bytes > 0 &&
			drained.answer.end == READ_EOF && drained.answer.bytes == 0,
		"The server read the %u bytes of the request and sent %s RST; the client read: %s, "
		"%s an answer.",
		drained.received_bytes, drained.rsts > 0 ? "a" : "no",
		lab_reading_text(drained.answer.end),
		drained.answer.bytes > 0 ? "behind" : "without");
}

const struct lesson lesson_keep_alive_race = {
	.name = "keep-alive-race",
	.asks = "Where does a proxy's sudden 502 come from?",
	LESSON_CLAIMS(claims),
	.scene = "The wire holds the server's FIN and the client's request until both are on their "
		 "way.",
	.practice = "Let the client close idle connections first (a shorter timeout there), and "
		    "let it repeat what is safe to repeat.",
	.play = play,
};
