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
#include <sys/socket.h>

#define REQUEST_BYTES 100

enum input { INPUT_READ, INPUT_UNREAD, INPUTS };

static const char *const input_texts[INPUTS] = {"read", "half unread"};
static const size_t sizes[] = {500, 500000};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

enum way {
	CLOSE,
	SHUTDOWN_CLOSE,
	DRAIN,
	RESET,
	ACKNOWLEDGED_RESET,
	LINGER2,
	WAYS,
};

static const struct {
	const char *claim;
	const char *caption; /* of the ladder that is shown: of an unread request, of this size */
	size_t shown_size;
	bool resets[INPUTS];
} ways[WAYS] = {
	[CLOSE] = {"close", "close(), half of the request unread", 1, {false, true}},
	[SHUTDOWN_CLOSE] = {"shutdown-close", "shutdown() and close(), half of the request unread",
		0, {false, true}},
	[DRAIN] = {"drain", "shutdown(), reading to the end, close(): half is unread at first", 0,
		{false, false}},
	[RESET] = {"reset", NULL, 0, {true, true}},
	[ACKNOWLEDGED_RESET] = {"acknowledged-reset", NULL, 0, {true, true}},
	[LINGER2] = {"linger2", NULL, 0, {false, true}},
};

struct seen {
	size_t bytes;
	enum reading end;
};

/* The server has sent all. Returns what the client reads meanwhile. */
static size_t server_end(struct pair *pair, enum way way, size_t bytes)
{
	const int none = -1;
	bool waits = way == ACKNOWLEDGED_RESET;
	if (way == SHUTDOWN_CLOSE || way == DRAIN)
		lab_shut(pair, SERVER);
	if (way == LINGER2 && pair)
		setsockopt(lab_socket(pair, SERVER), IPPROTO_TCP, TCP_LINGER2, &none, sizeof(none));
	if (waits) {
		lab_read(pair, CLIENT, bytes);
		lab_flush(pair, SERVER);
	}
	if (way == RESET || way == ACKNOWLEDGED_RESET)
		lab_reset(pair, SERVER);
	else if (way != DRAIN)
		lab_close(pair, SERVER);
	return waits ? bytes : 0;
}

static struct seen serve(struct lab *lab, enum way way, enum input input, size_t size)
{
	struct pair *pair = lab_connect(lab);
	struct seen seen = {0};
	if (input == INPUT_UNREAD && size == ways[way].shown_size)
		lab_show(pair, ways[way].caption);
	lab_send(pair, CLIENT, REQUEST_BYTES);
	lab_read(pair, SERVER, input == INPUT_READ ? REQUEST_BYTES : REQUEST_BYTES / 2);
	lab_send(pair, SERVER, sizes[size]);
	size_t before = server_end(pair, way, sizes[size]);
	/* It reads when the RST, if there is one, is there. */
	if (ways[way].resets[input])
		lab_reaches(pair, CLIENT, STATE_CLOSED);
	seen.end = lab_read_to_end(pair, CLIENT, &seen.bytes);
	seen.bytes += before;
	lab_close(pair, CLIENT);
	if (way == DRAIN) {
		lab_read_to_end(pair, SERVER, NULL);
		lab_close(pair, SERVER);
	}
	return seen;
}

/* What came of a way, by input and size. */
struct matrix {
	struct seen seen[INPUTS][SIZES];
	char text[300];
};

static struct matrix way_play(struct lab *lab, enum way way)
{
	static const char *const names[INPUTS][SIZES] = {{"read_500_bytes", "read_500000_bytes"},
		{"unread_500_bytes", "unread_500000_bytes"}};
	struct matrix matrix = {0};
	size_t used = 0;
	for (int input = 0; input < INPUTS; input++)
		for (size_t size = 0; size < SIZES; size++) {
			struct seen seen = serve(lab, way, (enum input)input, size);
			matrix.seen[input][size] = seen;
			lab_measure(lab, ways[way].claim, names[input][size], (double)seen.bytes);
			used += bounded_text_write(matrix.text + used, sizeof(matrix.text) - used,
				"%s%s: %zu of %zu bytes, %s", used > 0 ? "; " : "",
				input_texts[input], seen.bytes, sizes[size],
				lab_reading_text(seen.end));
		}
	return matrix;
}

static bool is_whole(const struct matrix *matrix, enum input input)
{
	return matrix->seen[input][0].bytes == sizes[0] && matrix->seen[input][1].bytes == sizes[1];
}

static bool are_all(const struct matrix *matrix, enum reading end)
{
	bool are = is_whole(matrix, INPUT_READ) && is_whole(matrix, INPUT_UNREAD);
	for (size_t i = 0; i < INPUTS * SIZES; i++)
		are &= matrix->seen[i / SIZES][i % SIZES].end == end;
	return are;
}

static bool is_same(const struct matrix *a, const struct matrix *b)
{
	for (int input = 0; input < INPUTS; input++)
		if (is_whole(a, (enum input)input) != is_whole(b, (enum input)input))
			return false;
	return true;
}

static void decide(struct lab *lab, enum way way, enum verdict verdict, const struct matrix *matrix)
{
	lab_decide(lab, ways[way].claim, verdict, "Request %s.", matrix->text);
}

static void play(struct lab *lab)
{
	struct matrix of[WAYS];
	lab_set(lab, SERVER, "tcp_wmem", "4096 4194304 4194304");
	lab_set(lab, CLIENT, "tcp_rmem", "4096 8192 8192");
	for (size_t way = 0; way < WAYS; way++)
		of[way] = way_play(lab, (enum way)way);

	bool read_arrives = is_whole(&of[CLOSE], INPUT_READ);
	decide(lab, CLOSE,
		are_all(&of[CLOSE], READ_EOF) ? HOLDS
		: read_arrives                ? DIFFERS
					      : DOES_NOT_HOLD,
		&of[CLOSE]);
	decide(lab, SHUTDOWN_CLOSE, lab_if(are_all(&of[SHUTDOWN_CLOSE], READ_EOF), DOES_NOT_HOLD),
		&of[SHUTDOWN_CLOSE]);
	decide(lab, DRAIN, lab_if(are_all(&of[DRAIN], READ_EOF), DOES_NOT_HOLD), &of[DRAIN]);
	decide(lab, RESET, lab_if(of[RESET].seen[INPUT_READ][0].bytes < sizes[0], DOES_NOT_HOLD),
		&of[RESET]);
	decide(lab, ACKNOWLEDGED_RESET,
		lab_if(are_all(&of[ACKNOWLEDGED_RESET], READ_RESET), DOES_NOT_HOLD),
		&of[ACKNOWLEDGED_RESET]);
	decide(lab, LINGER2,
		lab_if(read_arrives && is_same(&of[LINGER2], &of[CLOSE]), DOES_NOT_HOLD),
		&of[LINGER2]);
}

const struct lesson lesson_delivery = {
	.name = "delivery",
	.asks = "Which way of closing delivers, and how does its end look?",
	.claims =
		{
			{"close", "What was sent before close() is delivered.", "common belief"},
			{"shutdown-close", "shutdown() before close() delivers in every case.",
				"common belief"},
			{"drain",
				"shutdown(), reading to the end and then close() deliver in every "
				"case.",
				"RFC 9112, 9.6"},
			{"reset", "A RST erases what the client has received and not read.",
				"RFC 9112, 9.6"},
			{"acknowledged-reset",
				"Once all is acknowledged a reset loses nothing, and the client "
				"sees an error.",
				"common belief; RFC 9293, 3.10.7.4"},
			{"linger2", "TCP_LINGER2 = -1 delivers what close() delivers.",
				"net/ipv4/tcp_input.c, tcp_rcv_state_process()"},
		},
	.scene = "The server answers 500 or 500,000 bytes to a request that it has read whole or "
		 "half, and closes in six ways. The client, with a buffer of 8 KB, reads late.",
	.practice = "Drain: it is the one way whose end is right in every case. A short response "
		    "hides what a long one loses; and an end of the stream does not say that all "
		    "has come: count the bytes.",
	.play = play,
};
