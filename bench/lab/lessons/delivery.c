/* What of a response arrives, and how its end looks: ways of closing, by whether the request was
 * read to its end, by size. The client reads late, so that a large response waits at the server.
 *
 *     client                                    server
 *                  ───── request … ─────▶       ESTABLISHED   read to its end, or half of it
 *                  ◀────── response ─────       ESTABLISHED   500 bytes, or 500,000
 *                  ◀───── FIN or RST ────                     one of six ways
 */
#include "bench/lab/lesson.h"
#include "bench/lab/service.h"
#include "common/bounded_text.h"

static const struct claim claims[] = {
	{"close", "What was sent before close() is delivered.", "common belief"},
	{"shutdown-close", "shutdown() before close() delivers in every case.", "common belief"},
	{"drain", "shutdown(), reading to the end and then close() deliver in every case.",
		"RFC 9112, 9.6"},
	{"reset", "A RST erases what the client has received and not read.", "RFC 9112, 9.6"},
	{"acknowledged-reset",
		"Once all is acknowledged a reset loses nothing, and the client sees an error.",
		"common belief; RFC 9293, 3.10.7.4"},
	{"linger2", "TCP_LINGER2 = -1 delivers what close() delivers.",
		"net/ipv4/tcp_input.c, tcp_rcv_state_process()"},
};

enum { READ_SMALL, READ_LARGE, UNREAD_SMALL, UNREAD_LARGE, CASES };

static const struct {
	const char *figure, *request;
	unsigned read_bytes, response_bytes;
} cases[CASES] = {
	[READ_SMALL] = {"read_500_bytes", "read", 100, 500},
	[READ_LARGE] = {"read_500000_bytes", "read", 100, 500000},
	[UNREAD_SMALL] = {"unread_500_bytes", "half unread", 50, 500},
	[UNREAD_LARGE] = {"unread_500000_bytes", "half unread", 50, 500000},
};

enum { CLOSE, SHUTDOWN_CLOSE, DRAIN, RESET, ACKNOWLEDGED_RESET, LINGER2, WAYS };

/* In the order of claims. One case of some is shown. */
static const struct {
	unsigned steps, shown;
	const char *caption;
} ways[WAYS] = {
	[CLOSE] = {0, UNREAD_LARGE, "close(), half of the request unread"},
	[SHUTDOWN_CLOSE] = {STEP_SHUT, UNREAD_SMALL,
		"shutdown() and close(), half of the request unread"},
	[DRAIN] = {STEP_SHUT | STEP_DRAIN, UNREAD_SMALL,
		"shutdown(), reading to the end, close(): half is unread at first"},
	[RESET] = {STEP_RESET},
	[ACKNOWLEDGED_RESET] = {STEP_WAIT | STEP_RESET},
	[LINGER2] = {STEP_LINGER2},
};

#define ALL ((1u << CASES) - 1)
#define ANY_END (1u << READ_EOF | 1u << READ_RESET | 1u << READ_ERROR)

/* The cases in which all arrived, with one of these ends behind it: a bit each. */
static unsigned whole(const struct reading of[CASES], unsigned ends)
{
	unsigned found = 0;
	for (int i = 0; i < CASES; i++)
		if (of[i].bytes == cases[i].response_bytes && (1u << of[i].end & ends))
			found |= 1u << i;
	return found;
}

static void decide(
	struct lab *lab, int way, bool holds, bool differs, const struct reading of[CASES])
{
	enum verdict otherwise = differs ? DIFFERS : DOES_NOT_HOLD;
	char text[300];
	size_t used = 0;
	for (int i = 0; i < CASES; i++) {
		lab_measure(lab, claims[way].id, {cases[i].figure, of[i].bytes});
		used += bounded_text_write(text + used, sizeof(text) - used,
			"%s%s: %u of %u bytes, %s", i > 0 ? "; " : "", cases[i].request,
			of[i].bytes, cases[i].response_bytes, lab_reading_text(of[i].end));
	}
	lab_decide(lab, claims[way].id, holds ? HOLDS : otherwise, "Request %s.", text);
}

static void play(struct lab *lab)
{
	struct reading of[WAYS][CASES];
	lab_queue_at(lab, SERVER);
	for (int way = 0; way < WAYS; way++)
		for (unsigned i = 0; i < CASES; i++) {
			struct pair *pair = lab_connect(lab);
			lab_show(pair, i == ways[way].shown ? ways[way].caption : NULL);
			of[way][i] = lab_serve(pair, cases[i].read_bytes, cases[i].response_bytes,
				ways[way].steps);
		}

	unsigned closed = whole(of[CLOSE], ANY_END);
	bool read_arrives = closed & 1u << READ_SMALL && closed & 1u << READ_LARGE;
	const bool holds[WAYS] = {
		[CLOSE] = whole(of[CLOSE], 1u << READ_EOF) == ALL,
		[SHUTDOWN_CLOSE] = whole(of[SHUTDOWN_CLOSE], 1u << READ_EOF) == ALL,
		[DRAIN] = whole(of[DRAIN], 1u << READ_EOF) == ALL,
		[RESET] = !(whole(of[RESET], ANY_END) & 1u << READ_SMALL),
		[ACKNOWLEDGED_RESET] = whole(of[ACKNOWLEDGED_RESET], 1u << READ_RESET) == ALL,
		[LINGER2] = read_arrives && whole(of[LINGER2], ANY_END) == closed,
	};
	for (int way = 0; way < WAYS; way++)
		decide(lab, way, holds[way], way == CLOSE && read_arrives, of[way]);
}

const struct lesson lesson_delivery = {
	.name = "delivery",
	.asks = "Which way of closing delivers, and how does its end look?",
	LESSON_CLAIMS(claims),
	.scene = "The server answers 500 or 500,000 bytes to a request that it has read whole or "
		 "half, and closes in six ways. The client, with a buffer of 8 KB, reads late.",
	.practice = "Drain: it is the one way whose end is right in every case. A short response "
		    "hides what a long one loses; and an end of the stream does not say that all "
		    "has come: count the bytes.",
	.play = play,
};
