#include "tests/unit/server/http/http1_talk.h"

#include "tests/unit/server/http/http1_corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char output_bytes[1 << 17];
struct output_buffer talk_output = {.bytes = output_bytes, .size = sizeof(output_bytes)};
static struct response_head_cache heads = {.date = "Date: now\r\n"};

static size_t no_metrics(void *owner, char *text, size_t size)
{
	return 0;
}

const struct http1_service talk_service = {
	.limits = {CORPUS_BODY_MAX, CORPUS_HEAD_MAX, CORPUS_TARGET_MAX, CORPUS_FIELDS_MAX},
	.response_bytes = CORPUS_RESPONSE_BYTES,
	.response_bytes_max = CORPUS_RESPONSE_MAX,
	.output = &talk_output,
	.heads = &heads,
	.metrics = no_metrics,
};

void talk_begin(struct talk *t)
{
	*t = (struct talk){0};
	talk_output.length = 0;
}

/* The copy ends where its allocation does: a sanitizer sees a read behind it. */
void talk_feed(struct talk *t, const char *bytes, size_t length)
{
	char *copy = malloc(length);
	assert_non_null(copy);
	memcpy(copy, bytes, length);
	for (size_t at = 0, used; at < length && !t->ended; at += used) {
		enum http1_event event =
			http1_parse(&t->http, &talk_service, copy + at, length - at, &used);
		assert_true(used <= length - at);
		assert_true(event != HTTP1_MORE || used == length - at);
		assert_true(event != HTTP1_BROKEN);
		t->begun = event == HTTP1_MORE && line_has_begun(&t->http.parser.line);
		t->ended = event != HTTP1_MORE && t->http.last;
		assert_true(event != HTTP1_REFUSED || t->ended);
	}
	free(copy);
}

void talk_append(char *text, const char *bytes, size_t length)
{
	char *end = text + strlen(text);
	for (size_t i = 0; i < length; i++)
		if (bytes[i])
			*end++ = bytes[i];
		else
			*end++ = '0';
	*end = '\0';
}

struct answer {
	const char *status; /* three digits */
	bool persists, is_echo;
	char body[4096];
};

static const char *field_find(const char *head, const char *end, const char *name)
{
	const char *found = memmem(head, (size_t)(end - head), name, strlen(name));
	return found ? found + strlen(name) : NULL;
}

/* Where the output ends; a response to a request that is not complete may not be either. */
static const char *output_end(void)
{
	return talk_output.bytes + talk_output.length;
}

/* Joins the data of a chunked body. Returns what follows it. */
static const char *chunks_join(const char *at, char *body)
{
	char *next;
	while (at < output_end()) {
		size_t size = strtoul(at, &next, 16);
		talk_append(body, next + 2, size);
		at = next + 2 + size + 2;
		if (size == 0)
			break;
	}
	return at;
}

static const char *interims_skip(const char *at)
{
	static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
	while (strncmp(at, interim, strlen(interim)) == 0)
		at += strlen(interim);
	return at;
}

/* Returns what follows the response. */
static const char *answer_read(const char *at, struct answer *answer)
{
	assert_memory_equal(at, "HTTP/1.1 ", 9);
	const char *end = strstr(at, "\r\n\r\n") + 4;
	const char *length = field_find(at, end, "\r\nContent-Length: ");
	assert_non_null(field_find(at, end, "\r\nDate: now\r\n"));
	answer->status = at + 9;
	answer->persists = !field_find(at, end, "\r\nConnection: close\r\n");
	answer->is_echo = field_find(at, end, "application/octet-stream");
	answer->body[0] = '\0';
	if (!length)
		return chunks_join(end, answer->body);
	size_t size = strtoul(length, NULL, 10), there = (size_t)(output_end() - end);
	talk_append(answer->body, end, size < there ? size : there);
	return size < there ? end + size : output_end();
}

static const char *output_begin(char *text)
{
	text[0] = talk_output.bytes[talk_output.length] = '\0';
	return talk_output.bytes;
}

const char *talk_read(const struct talk *t)
{
	static char text[8192];
	struct answer answer;
	for (const char *at = output_begin(text); *(at = interims_skip(at));) {
		at = answer_read(at, &answer);
		strncat(text, answer.status, 3);
		strcat(text, answer.persists ? "+" : "");
		if (memcmp(answer.status, "200", 3) == 0)
			strcat(strcat(strcat(text, "["), answer.body), "]");
	}
	return t->begun ? strcat(text, "...") : text;
}

const char *talk_read_echoes(void)
{
	static char text[8192];
	struct answer answer;
	for (const char *at = output_begin(text); *(at = interims_skip(at));) {
		at = answer_read(at, &answer);
		if (answer.is_echo)
			strcat(strcat(strcat(text, "["), answer.body), "]");
		else if (memcmp(answer.status, "200", 3) == 0 || answer.persists)
			strcat(text, "-");
	}
	return text;
}
