/* close() with unread input is a reset, whatever was sent before.
 *
 *     client                                    server
 *                  ───── request … ─────▶       ESTABLISHED   not all of it is read
 *                  ◀────── response ─────
 *     CLOSED       ◀──────── RST ────────       CLOSED        close()
 */
#include "bench/lab/lesson.h"

#define RESPONSE_BYTES 1500000

struct end_seen {
	size_t bytes;
	enum reading reading;
	uint64_t fins, rsts;
};

/* A request of 100 bytes, of which 50 are read; a response; then close(), or shutdown() and reading
 * to the end. */
static struct end_seen serve(struct lab *lab, bool drains, const char *caption)
{
	struct pair *pair = lab_connect(lab);
	struct end_seen seen = {0};
	lab_show(pair, caption);
	lab_send(pair, CLIENT, 100);
	lab_read(pair, SERVER, 50);
	lab_send(pair, SERVER, RESPONSE_BYTES);
	if (drains) {
		lab_shut(pair, SERVER);
		lab_read_now(pair, SERVER, NULL);
	} else {
		lab_close(pair, SERVER);
		lab_expect(pair, SERVER, STATE_CLOSED);
		lab_await(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_RST}, 1);
		lab_expect(pair, CLIENT, STATE_CLOSED);
	}
	seen.reading = lab_read_to_end(pair, CLIENT, &seen.bytes);
	if (drains) {
		lab_close(pair, CLIENT);
		lab_read_to_end(pair, SERVER, NULL);
		lab_close(pair, SERVER);
		lab_expect(pair, CLIENT, STATE_CLOSED);
	}
	seen.fins = lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_FIN});
	seen.rsts = lab_count(pair, &(struct lab_segments){.from = SERVER, .flags = TCP_RST});
	return seen;
}

static void play(struct lab *lab)
{
	lab_set(lab, SERVER, "tcp_wmem", "4096 4194304 4194304");
	lab_set(lab, CLIENT, "tcp_rmem", "4096 8192 8192");
	struct end_seen closed = serve(lab, false, "close() with 50 bytes unread");
	double aborts = (double)lab_counter(lab, SERVER, "TCPAbortOnClose");
	struct end_seen drained = serve(lab, true, "shutdown(), reading to the end, close()");

	lab_measure(lab, "close-sends-fin", "fin", (double)closed.fins);
	lab_measure(lab, "close-sends-fin", "rst", (double)closed.rsts);
	lab_measure(lab, "close-sends-fin", "TCPAbortOnClose", aborts);
	lab_decide(lab, "close-sends-fin", lab_if(closed.fins > 0, DOES_NOT_HOLD),
		"With 50 bytes unread close() sent %ju FIN and %ju RST.", (uintmax_t)closed.fins,
		(uintmax_t)closed.rsts);
	lab_measure(lab, "tail-is-lost", "delivered_bytes", (double)closed.bytes);
	lab_decide(lab, "tail-is-lost",
		lab_if(closed.bytes < RESPONSE_BYTES && closed.reading == READ_RESET,
			DOES_NOT_HOLD),
		"%zu of %d bytes were delivered, then %s.", closed.bytes, RESPONSE_BYTES,
		lab_reading_text(closed.reading));
	lab_measure(lab, "drain-delivers", "delivered_bytes", (double)drained.bytes);
	lab_decide(lab, "drain-delivers",
		lab_if(drained.bytes == RESPONSE_BYTES && drained.reading == READ_EOF &&
				drained.rsts == 0,
			DOES_NOT_HOLD),
		"%zu of %d bytes were delivered, then %s; no RST.", drained.bytes, RESPONSE_BYTES,
		lab_reading_text(drained.reading));
}

const struct lesson lesson_unread_data = {
	.name = "unread-data",
	.asks = "Does close() always send a FIN?",
	.claims =
		{
			{"close-sends-fin", "close() sends a FIN.", "common belief; close(2)"},
			{"tail-is-lost",
				"close() with unread input is a reset, and what was queued is "
				"lost.",
				"RFC 2525, 2.17; RFC 1122, 4.2.2.13"},
			{"drain-delivers",
				"shutdown(), reading to the end and then close() deliver all.",
				"RFC 9112, 9.6"},
		},
	.scene = "The server reads half of a request, queues 1,500,000 bytes for a slow client, "
		 "and closes: at once, or behind shutdown() and reading to the end.",
	.practice = "Read the request to its end before close(), or shut down and drain: an early "
		    "413 is otherwise lost.",
	.play = play,
};
