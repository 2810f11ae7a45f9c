/* A close_notify is data: it meets a socket that is closed, or is left unread by one that closes.
 *
 *     client                                    server
 *                  ◀─ response, close_notify ─  ESTABLISHED
 *     CLOSE-WAIT   ◀──────── FIN ────────       FIN-WAIT-2    close()
 *                  ───── close_notify ──▶
 *     CLOSED       ◀──────── RST ────────       CLOSED
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"as-plain", "close_notify and close() leave TIME-WAIT to the server, as without TLS.",
		"common belief"},
	{"response-is-whole", "The client has the whole response all the same.",
		"RFC 9293, 3.10.7.4"},
	{"unread-notify",
		"A client that closes with the server's close_notify unread ends TIME-WAIT, too: "
		"by a RST of its own.",
		"RFC 1122, 4.2.2.13"},
};

#define RESPONSE_BYTES 200

static void request(struct pair *pair)
{
	lab_tls_send(pair, CLIENT, 100);
	lab_tls_read(pair, SERVER, 100);
}

static void notify_is_answered(struct lab *lab)
{
	struct pair *pair = lab_tls_connect(lab);
	lab_show(pair, "close_notify and close(); the client answers with its own");
	request(pair);
	lab_tls_send_last(pair, SERVER, RESPONSE_BYTES);
	lab_close(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	struct lab_tls_reading read = lab_tls_read_to_end(pair, CLIENT);
	lab_tls_notify(pair, CLIENT);
	enum tcp_state state = lab_state(pair, SERVER);
	unsigned resets = lab_count(pair, SERVER, .flags = TCP_RST);

	lab_measure(lab, "as-plain", {"rst_of_server", resets});
	lab_holds(lab, "as-plain", state == STATE_TIME_WAIT && resets == 0,
		"The client's close_notify drew %u RST, and the server was in %s.", resets,
		tcp_state_text(state));
	lab_measure(lab, "response-is-whole", {"delivered_bytes", read.bytes});
	lab_holds(lab, "response-is-whole",
		read.bytes == RESPONSE_BYTES && read.end == LAB_TLS_NOTIFIED,
		"%u of %d bytes were delivered, then %s.", read.bytes, RESPONSE_BYTES,
		lab_tls_end_text(read.end));
}

static void notify_is_unread(struct lab *lab)
{
	struct pair *pair = lab_tls_connect(lab);
	lab_show(pair, "the server reads on behind its FIN; the client leaves close_notify unread");
	request(pair);
	lab_tls_send(pair, SERVER, RESPONSE_BYTES);
	lab_tls_read(pair, CLIENT, RESPONSE_BYTES);
	lab_tls_notify(pair, SERVER);
	lab_shut(pair, SERVER);
	lab_expect(pair, CLIENT, STATE_CLOSE_WAIT);
	lab_expect(pair, SERVER, STATE_FIN_WAIT_2);
	lab_close(pair, CLIENT);
	enum tcp_state state = lab_state(pair, SERVER);
	struct reading read = lab_drain(pair, SERVER);
	unsigned resets = lab_count(pair, CLIENT, .flags = TCP_RST);

	lab_measure(lab, "unread-notify", {"rst_of_client", resets});
	lab_holds(lab, "unread-notify", state == STATE_CLOSED && resets > 0,
		"close() of the client sent %u RST; the server was in %s, and read %s.", resets,
		tcp_state_text(state), lab_reading_text(read.end));
}

static void play(struct lab *lab)
{
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	lab_retransmit_late(lab);
	notify_is_answered(lab);
	notify_is_unread(lab);
}

const struct lesson lesson_tls_close_reset = {
	.name = "tls-close-reset",
	.asks = "How does a connection over TLS end where the server just closes?",
	LESSON_CLAIMS(claims),
	.scene = "The server sends its response with close_notify and closes, and the client "
		 "answers with its own close_notify; or the client closes and has not read the "
		 "server's.",
	.practice = "A RST at the end of a connection over TLS tells nothing about losses: count "
		    "bytes. A server that wants none reads on behind its FIN; against the client's "
		    "it can do nothing.",
	.play = play,
};
