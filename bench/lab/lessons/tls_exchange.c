/* Both ends wait for the other one's close_notify.
 *
 *     client                                    server
 *                  ◀─ response, close_notify ─  ESTABLISHED
 *     FIN-WAIT-2   ── close_notify, FIN ─▶      CLOSE-WAIT
 *     TIME-WAIT    ◀──────── FIN ────────       LAST-ACK      close()
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"time-wait-moves",
		"A server that waits for the client's close_notify and FIN leaves TIME-WAIT to the "
		"client.",
		"RFC 9293, 3.6"},
	{"kernel-ends-it",
		"Where the client never answers, the server's kernel ends the connection.",
		"common belief"},
};

#define RESPONSE_BYTES 200

/* The client has read all, with the server's close_notify. */
static struct pair *serve(struct lab *lab, const char *caption)
{
	struct pair *pair = lab_tls_connect(lab);
	lab_show(pair, caption);
	lab_tls_send(pair, CLIENT, 100);
	lab_tls_read(pair, SERVER, 100);
	lab_tls_send_last(pair, SERVER, RESPONSE_BYTES);
	lab_tls_read(pair, CLIENT, RESPONSE_BYTES);
	lab_tls_read_to_end(pair, CLIENT);
	return pair;
}

static void client_answers(struct lab *lab)
{
	struct pair *pair = serve(lab, "close_notify of both ends; the client closes first");
	lab_tls_notify(pair, CLIENT);
	lab_close(pair, CLIENT);
	lab_expect(pair, SERVER, STATE_CLOSE_WAIT);
	struct lab_tls_reading answer = lab_tls_read_to_end(pair, SERVER);
	lab_drain(pair, SERVER);
	enum tcp_state server = lab_state(pair, SERVER), client = lab_state(pair, CLIENT);
	unsigned resets = lab_count_both(pair, .flags = TCP_RST);

	lab_measure(lab, "time-wait-moves", {"rst", resets});
	lab_holds(lab, "time-wait-moves", server == STATE_CLOSED && client == STATE_TIME_WAIT,
		"The server read %s; the client was in %s and the server in %s, with %u RST.",
		lab_tls_end_text(answer.end), tcp_state_text(client), tcp_state_text(server),
		resets);
}

static void client_is_silent(struct lab *lab)
{
	struct pair *pair = serve(lab, "the client does not answer");
	lab_flush(pair, SERVER);
	struct lab_kernel_view view = lab_look(pair, SERVER);

	lab_measure(lab, "kernel-ends-it", {"timer", view.timer});
	lab_holds(lab, "kernel-ends-it", view.timer != TIMER_NONE,
		"The server was in %s, and its kernel had %s timer for it.",
		tcp_state_text(view.state), view.timer == TIMER_NONE ? "no" : "a");
}

static void play(struct lab *lab)
{
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	lab_retransmit_late(lab);
	client_answers(lab);
	client_is_silent(lab);
}

const struct lesson lesson_tls_exchange = {
	.name = "tls-exchange",
	.asks = "What comes of waiting for the client's close_notify?",
	LESSON_CLAIMS(claims),
	.scene = "The server sends close_notify, and closes when it has read the client's and its "
		 "FIN; or the client never answers.",
	.practice = "The wait moves TIME-WAIT to clients that answer. Others keep a socket of the "
		    "server's, so it needs a deadline of its own.",
	.play = play,
};
