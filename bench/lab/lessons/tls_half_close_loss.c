/* A client that sends its request and close_notify at once still waits for the response.
 *
 *     client                                    server
 *                  ─ request, close_notify ─▶                 close_notify is not read
 *                  ◀────── response ─────
 *     CLOSED       ◀──────── RST ────────       CLOSED        close()
 */
#include "bench/lab/lesson.h"
#include "bench/lab/tls_verbs.h"

static const struct claim claims[] = {
	{"close-delivers",
		"close_notify ends one direction: the response comes whole, also where the server "
		"closes behind it.",
		"RFC 8446, 6.1"},
	{"read-first", "It does where the server has read the client's close_notify.",
		"RFC 1122, 4.2.2.13"},
	{"drain-delivers", "shutdown(), reading to the end and then close() deliver all.",
		"RFC 9112, 9.6"},
};

#define RESPONSE_BYTES 1500000

enum way { CLOSE, READ_FIRST, DRAIN };

static struct lab_tls_reading serve(struct lab *lab, enum way way, const char *caption)
{
	struct pair *pair = lab_tls_connect(lab);
	lab_show(pair, caption);
	lab_tls_send_last(pair, CLIENT, 100);
	lab_flush(pair, CLIENT);
	lab_tls_read(pair, SERVER, 100);
	if (way == READ_FIRST)
		lab_tls_read_to_end(pair, SERVER);
	lab_tls_send_last(pair, SERVER, RESPONSE_BYTES);
	if (way == DRAIN)
		lab_shut(pair, SERVER);
	else
		lab_close(pair, SERVER);
	/* A RST, if there is one, has arrived when nothing is on its way any more. */
	lab_state(pair, CLIENT);
	struct lab_tls_reading read = lab_tls_read_to_end(pair, CLIENT);
	lab_close(pair, CLIENT);
	if (way == DRAIN)
		lab_drain(pair, SERVER);
	return read;
}

static void decide(struct lab *lab, const char *claim, const struct lab_tls_reading *read)
{
	lab_measure(lab, claim, {"delivered_bytes", read->bytes});
	lab_holds(lab, claim, read->bytes == RESPONSE_BYTES && read->end == LAB_TLS_NOTIFIED,
		"%u of %d bytes were delivered, then %s.", read->bytes, RESPONSE_BYTES,
		lab_tls_end_text(read->end));
}

static void play(struct lab *lab)
{
	lab_queue_at(lab, SERVER);
	lab_tls(lab, TLS_VERSION_1_3, LAB_TLS_TICKETS);
	struct lab_tls_reading closed = serve(lab, CLOSE, "close(), close_notify is unread");
	struct lab_tls_reading read_first = serve(lab, READ_FIRST, NULL);
	struct lab_tls_reading drained =
		serve(lab, DRAIN, "shutdown(), reading to the end, close()");
	decide(lab, "close-delivers", &closed);
	decide(lab, "read-first", &read_first);
	decide(lab, "drain-delivers", &drained);
}

const struct lesson lesson_tls_half_close_loss = {
	.name = "tls-half-close-loss",
	.asks = "May a client send close_notify with its request?",
	LESSON_CLAIMS(claims),
	.scene = "The client sends a request and close_notify at once. The server reads the "
		 "request's record, queues 1,500,000 bytes for a slow client, and closes in three "
		 "ways.",
	.practice = "A client keeps its close_notify until it has the response; a server drains, "
		    "since not every client does.",
	.play = play,
};
