/* close() with unread input is a reset, whatever was sent before.
 *
 *     client                                    server
 *                  ───── request … ─────▶       ESTABLISHED   not all of it is read
 *                  ◀────── response ─────
 *     CLOSED       ◀──────── RST ────────       CLOSED        close()
 */
#include "bench/lab/lesson.h"
#include "bench/lab/service.h"

static const struct claim claims[] = {
	{"close-sends-fin", "close() sends a FIN.", "common belief; close(2)"},
	{"tail-is-lost", "close() with unread input is a reset, and what was queued is lost.",
		"RFC 2525, 2.17; RFC 1122, 4.2.2.13"},
	{"drain-delivers", "shutdown(), reading to the end and then close() deliver all.",
		"RFC 9112, 9.6"},
};

#define RESPONSE_BYTES 1500000

struct end_seen {
	struct reading read;
	unsigned fins, rsts;
};

static struct end_seen serve(struct lab *lab, unsigned steps, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	struct end_seen seen;
	lab_show(pair, caption);
	seen.read = lab_serve(pair, 50, RESPONSE_BYTES, steps);
	lab_expect(pair, CLIENT, STATE_CLOSED);
	seen.fins = lab_count(pair, SERVER, .flags = TCP_FIN);
	seen.rsts = lab_count(pair, SERVER, .flags = TCP_RST);
	return seen;
}

static void play(struct lab *lab)
{
	lab_queue_at(lab, SERVER);
	struct end_seen closed = serve(lab, 0, "close() with 50 bytes unread");
	unsigned aborts = lab_counter(lab, SERVER, "TCPAbortOnClose");
	struct end_seen drained =
		serve(lab, STEP_SHUT | STEP_DRAIN, "shutdown(), reading to the end, close()");

	lab_measure(lab, "close-sends-fin", {"fin", closed.fins}, {"rst", closed.rsts},
		{"TCPAbortOnClose", aborts});
	lab_holds(lab, "close-sends-fin", closed.fins > 0,
		"With 50 bytes unread close() sent %u FIN and %u RST.", closed.fins, closed.rsts);
	lab_measure(lab, "tail-is-lost", {"delivered_bytes", closed.read.bytes});
	lab_holds(lab, "tail-is-lost",
		closed.read.bytes < RESPONSE_BYTES && closed.read.end == READ_RESET,
		"%u of %d bytes were delivered, then %s.", closed.read.bytes, RESPONSE_BYTES,
		lab_reading_text(closed.read.end));
	lab_measure(lab, "drain-delivers", {"delivered_bytes", drained.read.bytes},
		{"rst", drained.rsts});
	lab_holds(lab, "drain-delivers",
		drained.read.bytes == RESPONSE_BYTES && drained.read.end == READ_EOF &&
			drained.rsts == 0,
		"%u of %d bytes were delivered, then %s; %s RST.", drained.read.bytes,
		RESPONSE_BYTES, lab_reading_text(drained.read.end), drained.rsts > 0 ? "a" : "no");
}

const struct lesson lesson_unread_data = {
	.name = "unread-data",
	.asks = "Does close() always send a FIN?",
	LESSON_CLAIMS(claims),
	.scene = "The server reads half of a request, queues 1,500,000 bytes for a slow client, "
		 "and closes: at once, or behind shutdown() and reading to the end.",
	.practice = "Read the request to its end before close(), or shut down and drain: an early "
		    "413 is otherwise lost.",
	.play = play,
};
