/* What of a response arrives, and how its end looks: ways of closing, by whether the request was
 * read to its end, by size. The client reads late, so that a large response waits at the server.
 *
 *     client                                    server
 *                  ───── request … ─────▶       ESTABLISHED   read to its end, or half of it
 *                  ◀────── response ─────       ESTABLISHED   500 bytes, or 500,000
 *                  ◀───── FIN or RST ────                     one of six ways
 */
#include "bench/lab/lesson.h"
#include "common/bounded_text.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

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

/* What the server does when it has sent all, from the left to the right; in the order of claims. */
static const struct way {
	bool waits; /* until the client has read, and acknowledged, all */
	bool shuts, has_linger2, resets;
	bool drains; /* it reads to the end before it closes */
	int shown;   /* this case */
	const char *caption;
} ways[WAYS] = {
	[CLOSE] = {.shown = UNREAD_LARGE, .caption = "close(), half of the request unread"},
	[SHUTDOWN_CLOSE] = {.shuts = true,
		.shown = UNREAD_SMALL,
		.caption = "shutdown() and close(), half of the request unread"},
	[DRAIN] = {.shuts = true,
		.drains = true,
		.shown = UNREAD_SMALL,
		.caption = "shutdown(), reading to the end, close(): half is unread at first"},
	[RESET] = {.resets = true},
	[ACKNOWLEDGED_RESET] = {.waits = true, .resets = true},
	[LINGER2] = {.has_linger2 = true},
};

static struct reading serve(struct lab *lab, const struct way *way, int i)
{
	struct pair *pair = lab_connect(lab);
	unsigned early_bytes = way->waits ? cases[i].response_bytes : 0;
	lab_show(pair, i == way->shown ? way->caption : NULL);
	lab_send(pair, CLIENT, 100);
	lab_read(pair, SERVER, cases[i].read_bytes);
	lab_send(pair, SERVER, cases[i].response_bytes);
	lab_read(pair, CLIENT, early_bytes);
	if (way->waits)
		lab_flush(pair, SERVER);
	if (way->shuts)
		lab_shut(pair, SERVER);
	if (way->has_linger2)
		lab_option(pair, SERVER, IPPROTO_TCP, TCP_LINGER2, -1);
	if (way->resets)
		lab_linger(pair, SERVER, 0);
	if (!way->drains)
		lab_close(pair, SERVER);
	/* A RST, if there is one, has arrived when nothing is on its way any more. */
	lab_state(pair, CLIENT);
	struct reading reading = lab_drain(pair, CLIENT);
	if (way->drains)
		lab_drain(pair, SERVER);
	reading.bytes += early_bytes;
	return reading;
}

static bool is_whole(const struct reading readings[CASES], int i)
{
	return readings[i].bytes == cases[i].response_bytes;
}

static bool all_end(const struct reading readings[CASES], enum reading_end end)
{
	bool are = true;
	for (int i = 0; i < CASES; i++)
		are &= is_whole(readings, i) && readings[i].end == end;
	return are;
}

static void decide(struct lab *lab, int way, enum verdict verdict, const struct reading of[CASES])
{
	char text[300];
	size_t used = 0;
	for (int i = 0; i < CASES; i++) {
		lab_measure(lab, claims[way].id, {cases[i].figure, of[i].bytes});
		used += bounded_text_write(text + used, sizeof(text) - used,
			"%s%s: %u of %u bytes, %s", i > 0 ? "; " : "", cases[i].request,
			of[i].bytes, cases[i].response_bytes, lab_reading_text(of[i].end));
	}
	lab_decide(lab, claims[way].id, verdict, "Request %s.", text);
}

static void play(struct lab *lab)
{
	struct reading of[WAYS][CASES];
	lab_queue_at(lab, SERVER);
	for (int way = 0; way < WAYS; way++)
		for (int i = 0; i < CASES; i++)
			of[way][i] = serve(lab, &ways[way], i);

	bool read_arrives = is_whole(of[CLOSE], READ_SMALL) && is_whole(of[CLOSE], READ_LARGE);
	bool holds[WAYS] = {
		[CLOSE] = all_end(of[CLOSE], READ_EOF),
		[SHUTDOWN_CLOSE] = all_end(of[SHUTDOWN_CLOSE], READ_EOF),
		[DRAIN] = all_end(of[DRAIN], READ_EOF),
		[RESET] = !is_whole(of[RESET], READ_SMALL),
		[ACKNOWLEDGED_RESET] = all_end(of[ACKNOWLEDGED_RESET], READ_RESET),
		[LINGER2] = read_arrives,
	};
	for (int i = 0; i < CASES; i++)
		holds[LINGER2] &= is_whole(of[LINGER2], i) == is_whole(of[CLOSE], i);
	for (int way = 0; way < WAYS; way++)
		decide(lab, way,
			holds[way]                     ? HOLDS
			: way == CLOSE && read_arrives ? DIFFERS
						       : DOES_NOT_HOLD,
			of[way]);
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
