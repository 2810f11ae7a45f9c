/* The tickets of TLS 1.3 come behind the handshake: a client that only sends has them unread.
 *
 *     client                                    server
 *                  ◀────── tickets ──────
 *                  ─ upload, close_notify ─▶    ESTABLISHED
 *     CLOSED       ──────── RST ────────▶       CLOSED        the client's close()
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"upload-arrives", "What a client sent before close() arrives, as without TLS.",
		"common belief"},
	{"without-tickets", "It does where the server sends no tickets.", "RFC 1122, 4.2.2.13"},
	{"tls-1-2", "It does over TLS 1.2, where the ticket is a part of the handshake.",
		"RFC 5077, 3.3"},
	{"reading-saves",
		"A client that shuts down, and reads to the end before close(), loses nothing.",
		"RFC 9112, 9.6"},
};

#define UPLOAD_BYTES 1000000

enum way { CLOSE, READ_FIRST };

static void upload(struct lab *lab, const char *claim, enum way way, const char *caption)
{
	struct pair *pair = lab_tls_connect(lab);
	lab_show(pair, caption);
	lab_tls_send_last(pair, CLIENT, UPLOAD_BYTES);
	if (way == READ_FIRST)
		lab_shut(pair, CLIENT);
	else
		lab_close(pair, CLIENT);
	/* A RST, if there is one, has arrived when nothing is on its way any more. */
	lab_state(pair, SERVER);
	struct lab_tls_reading read = lab_tls_read_to_end(pair, SERVER);
	lab_close(pair, SERVER);
	if (way == READ_FIRST)
		lab_drain(pair, CLIENT);

	lab_measure(lab, claim, {"delivered_bytes", read.bytes});
	lab_holds(lab, claim, read.bytes == UPLOAD_BYTES && read.end == LAB_TLS_NOTIFIED,
		"%u of %d bytes were delivered, then %s.", read.bytes, UPLOAD_BYTES,
		lab_tls_end_text(read.end));
}

static void play(struct lab *lab)
{
	lab_queue_at(lab, CLIENT);
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	upload(lab, "upload-arrives", CLOSE, "close(), two tickets are unread");
	upload(lab, "reading-saves", READ_FIRST, "shutdown(), reading to the end, close()");
	lab_tls(lab, TLS_VERSION_1_3, 0);
	upload(lab, "without-tickets", CLOSE, NULL);
	lab_tls(lab, TLS_VERSION_1_2, LAB_TLS_TICKETS);
	upload(lab, "tls-1-2", CLOSE, NULL);
}

const struct lesson lesson_tls_ticket_loss = {
	.name = "tls-ticket-loss",
	.asks = "Does an upload arrive whose client closes and reads nothing?",
	LESSON_CLAIMS(claims),
	.scene = "The client queues 1,000,000 bytes and close_notify for a slow server, and "
		 "closes. The server has sent two tickets behind the handshake, or none.",
	.practice = "A server of uploads that get no answer turns tickets off; a client reads to "
		    "the end before it closes.",
	.play = play,
};
