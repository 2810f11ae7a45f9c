/* The parser: however a client's bytes are cut, the events and the answers are the same; no call
 * writes more than the room that it asks for; what is answered is, to llhttp as well, a request
 * that ends there. An input is a byte of how the bytes are cut, then the bytes. */
#include "tests/fuzz/input.h"
#include "tests/fuzz/require.h"

#include "server/http/http1.h"

#include <llhttp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_SIZE ((size_t)1 << 22)
#define EVENTS_MAX 4096
#define METRICS "# metrics\n"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What became of one way to cut the bytes. */
struct story {
	struct output_buffer output;
	/* Up to here complete answers, without their chunks. */
	size_t flat;
	size_t events;
	struct {
		enum http1_event event;
		bool last;
		uint64_t pattern;
	} event[EVENTS_MAX];
};

static size_t metrics_write(void *owner, char *text, size_t size)
{
	memcpy(text, METRICS, sizeof(METRICS) - 1);
	return sizeof(METRICS) - 1;
}

/* A chunked answer has the chunks of its input, so it is compared without them. Appends the answer
 * that lies in `text` to `to`. */
static size_t answer_flatten(char *to, const char *text, size_t length)
{
	static const char interim[] = "HTTP/1.1 100 ";
	const char *end = text + length;
	const char *body = memmem(text, length, "\r\n\r\n", 4);
	/* Whether it is given depends on how soon the body comes. */
	if (body && memcmp(text, interim, sizeof(interim) - 1) == 0)
		return answer_flatten(to, body + 4, (size_t)(end - body - 4));
	body = body ? body + 4 : end;
	size_t flat = (size_t)(body - text);
	memcpy(to, text, flat);
	if (!memmem(text, flat, "Transfer-Encoding: chunked", 26)) {
		memcpy(to + flat, body, (size_t)(end - body));
		return length;
	}
	while (body < end) {
		char *after;
		size_t chunk = strtoul(body, &after, 16);
		REQUIRE(memcmp(after, "\r\n", 2) == 0 && chunk <= (size_t)(end - after) - 4);
		memcpy(to + flat, after + 2, chunk);
		flat += chunk;
		body = after + 2 + chunk + 2;
	}
	return flat;
}

/* An event has ended a request: `h` knows of it, and its answer is the end of the output. */
static void story_note(struct story *s, struct http1 *h, enum http1_event event)
{
	size_t raw = s->output.length - s->flat;
	char *answer = malloc(raw + 1);
	REQUIRE(answer && s->events < EVENTS_MAX);
	s->event[s->events].event = event;
	s->event[s->events].last = h->last;
	s->event[s->events++].pattern = h->pattern_left;
	h->pattern_left = 0;
	memcpy(answer, s->output.bytes + s->flat, raw);
	answer[raw] = '\0';
	s->flat += answer_flatten(s->output.bytes + s->flat, answer, raw);
	s->output.length = s->flat;
	free(answer);
}

/* Gives the parser a copy, of a size that a sanitizer knows, and just the room that it asks for. */
static enum http1_event story_parse(struct story *s, const struct http1_service *service,
	struct http1 *h, const char *data, size_t length, size_t *used)
{
	char *copy = malloc(length);
	REQUIRE(copy);
	memcpy(copy, data, length);
	s->output.size = s->output.length + length + HTTP1_ROOM;
	REQUIRE(s->output.size <= OUTPUT_SIZE);
	enum http1_event event = http1_parse(h, service, copy, length, used);
	REQUIRE(*used <= length && (event != HTTP1_MORE || *used > 0));
	free(copy);
	return event;
}

static int on_headers(llhttp_t *parser)
{
	/* Upgrade may be ignored (RFC 9110, 7.8). */
	parser->upgrade = 0;
	/* What a trailer says of the connection is nothing, and llhttp believes it. */
	*(bool *)parser->data = llhttp_should_keep_alive(parser);
	return 0;
}

static int on_complete(llhttp_t *parser)
{
	return HPE_PAUSED;
}

/* A copy of `request` that has spaces for the tabs of its head: they mean the same (RFC 9110,
 * 5.6.3), and behind a coding or an option of the connection llhttp knows only the space. */
static char *tabs_replace(const char *request, size_t length)
{
	/* Empty lines may come before it (RFC 9112, 2.2). */
	size_t line = 0;
	while (line < length && (request[line] == '\r' || request[line] == '\n'))
		line++;
	const char *body = memmem(request + line, length - line, "\r\n\r\n", 4);
	size_t head = body ? (size_t)(body - request) : length;
	char *copy = malloc(length);
	REQUIRE(copy);
	memcpy(copy, request, length);
	for (char *tab = copy; (tab = memchr(tab, '\t', head - (size_t)(tab - copy)));)
		*tab = ' ';
	return copy;
}

/* Where another parser takes what is answered, it ends for both at the same byte, and the
 * connection goes on for both or for neither: nothing is smuggled past one of them. */
static void request_compare(const char *request, size_t length, bool last)
{
	static const llhttp_settings_t settings = {
		.on_headers_complete = on_headers, .on_message_complete = on_complete};
	llhttp_t parser;
	bool persists = false;
	llhttp_init(&parser, HTTP_REQUEST, &settings);
	parser.data = &persists;
	char *copy = tabs_replace(request, length);
	enum llhttp_errno error = llhttp_execute(&parser, copy, length);
	size_t taken = error == HPE_PAUSED ? (size_t)(llhttp_get_error_pos(&parser) - copy) : 0;
	free(copy);
	/* It refuses more than RFC 9112 does: methods and versions that it does not know, a chunk's
	 * extension without a value. And PRI begins HTTP/2 there. */
	if ((error != HPE_OK && error != HPE_PAUSED) || parser.method == HTTP_PRI)
		return;
	REQUIRE(error == HPE_PAUSED);
	REQUIRE(taken == length);
	/* Of two words about the connection it believes keep-alive, we close. */
	REQUIRE(last || persists);
}

/* Parses `data`, of which `piece` bytes come at a time. The answer after `keeps` closes. */
static void story_tell(
	struct story *s, unsigned keeps, const char *data, size_t length, size_t piece)
{
	struct response_head_cache heads = {.date = "Date: now\r\n"};
	/* Small, so that they are met. */
	struct http1_service service = {
		.limits = {.body_bytes = 1000, .head_bytes = 300, .target_bytes = 100, .fields = 8},
		.response_bytes = 20000,
		.response_bytes_max = 100000,
		.output = &s->output,
		.heads = &heads,
		.metrics = metrics_write};
	struct http1 h = {0};
	enum http1_event event = HTTP1_MORE;
	s->output.length = s->flat = s->events = 0;
	for (size_t at = 0, begin = 0, used; at < length; at += used) {
		size_t offered = length - at < piece ? length - at : piece;
		h.must_close = s->events == keeps;
		event = story_parse(s, &service, &h, data + at, offered, &used);
		if (event == HTTP1_MORE)
			continue;
		if (event == HTTP1_COMPLETE && !h.must_close)
			request_compare(data + begin, at + used - begin, h.last);
		begin = at + used;
		story_note(s, &h, event);
		if (event != HTTP1_COMPLETE || h.last)
			break;
	}
}

/* Of what is not complete nothing is compared. */
static void stories_compare(const struct story *a, const struct story *b)
{
	REQUIRE(a->events == b->events);
	for (size_t i = 0; i < a->events; i++) {
		REQUIRE(a->event[i].event == b->event[i].event);
		REQUIRE(a->event[i].last == b->event[i].last);
		REQUIRE(a->event[i].pattern == b->event[i].pattern);
	}
	REQUIRE(a->flat == b->flat && memcmp(a->output.bytes, b->output.bytes, a->flat) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct story whole, cut;
	struct input input = {bytes, length};
	unsigned how = input_byte(&input);
	if (!whole.output.bytes) {
		whole.output.bytes = malloc(OUTPUT_SIZE);
		cut.output.bytes = malloc(OUTPUT_SIZE);
	}
	story_tell(&whole, how >> 4, (const char *)input.bytes, input.left, SIZE_MAX);
	story_tell(&cut, how >> 4, (const char *)input.bytes, input.left, 1 + (how & 15));
	stories_compare(&whole, &cut);
	return 0;
}
