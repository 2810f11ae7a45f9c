#include "server/answer.h"

#include <string.h>

static enum response_connection connection_of(const struct http1 *h)
{
	if (h->last)
		return RESPONSE_CLOSE;
	return h->parser.http_minor == 0 ? RESPONSE_KEEP_ALIVE : RESPONSE_PERSISTS;
}

/* Notes where the response begins, so that it can be taken back until it is sent. */
static void head_write(
	struct http1 *h, const struct http1_service *service, const struct response *response)
{
	h->response_at = (uint32_t)service->output->length;
	h->head_written = true;
	h->committed = false;
	response_head(service->output, response, service->date);
}

/* Written as late as can be: until the body's first byte an error can still be answered as one. */
static void echo_begin(struct http1 *h, const struct http1_service *service)
{
	struct response response = {
		.status = 200,
		.type = "application/octet-stream",
		.length = h->body_bytes,
		.chunked = h->parser.flags & F_CHUNKED,
		.connection = connection_of(h),
	};
	if (!h->head_written)
		head_write(h, service, &response);
}

void answer_body(
	struct http1 *h, const struct http1_service *service, const char *bytes, size_t length)
{
	echo_begin(h, service);
	if (h->head_only)
		return;
	if (h->parser.flags & F_CHUNKED)
		output_chunk(service->output, bytes, length);
	else
		output_append(service->output, bytes, length);
}

static void echo_end(struct http1 *h, const struct http1_service *service)
{
	echo_begin(h, service);
	if (h->parser.flags & F_CHUNKED && !h->head_only)
		output_text(service->output, "0\r\n\r\n");
}

static void answer_pattern(struct http1 *h, const struct http1_service *service, uint64_t length)
{
	struct response response = {.status = 200,
		.type = "text/plain",
		.length = length,
		.connection = connection_of(h)};
	head_write(h, service, &response);
	if (h->head_only)
		return;
	if (length <= HTTP1_BODY_COPY_MAX) {
		output_pattern_append(service->output, length);
		return;
	}
	h->pattern_left = length;
	h->pattern_offset = 0;
}

static void answer_text(struct http1 *h, const struct http1_service *service, unsigned status,
	const char *type, const char *text, size_t length)
{
	struct response response = {
		.status = status, .type = type, .length = length, .connection = connection_of(h)};
	head_write(h, service, &response);
	if (!h->head_only)
		output_append(service->output, text, length);
}

void answer_status(struct http1 *h, const struct http1_service *service, unsigned status)
{
	char text[64];
	size_t length = (size_t)stpcpy(stpcpy(text, response_status(status)), "\n") - (size_t)text;
	answer_text(h, service, status, "text/plain", text, length);
}

static void answer_metrics(struct http1 *h, const struct http1_service *service)
{
	char text[HTTP1_BODY_COPY_MAX];
	size_t length = service->metrics(service->owner, text, sizeof(text));
	answer_text(h, service, 200, "text/plain; version=0.0.4; charset=utf-8", text, length);
}

static bool path_is(const struct http1 *h, const char *path)
{
	return strlen(path) == h->path_length && memcmp(h->path, path, h->path_length) == 0;
}

/* "/bytes/N" → N. */
static bool path_bytes(const struct http1 *h, uint64_t *bytes)
{
	static const char prefix[] = "/bytes/";
	size_t at = sizeof(prefix) - 1;
	if (h->path_length <= at || h->path_length == sizeof(h->path) ||
		memcmp(h->path, prefix, at) != 0)
		return false;
	*bytes = 0;
	for (; at < h->path_length; at++) {
		unsigned digit = (unsigned char)h->path[at] - (unsigned)'0';
		if (digit > 9 || __builtin_mul_overflow(*bytes, 10, bytes) ||
			__builtin_add_overflow(*bytes, digit, bytes))
			return false;
	}
	return true;
}

void answer_request(struct http1 *h, const struct http1_service *service)
{
	uint64_t bytes;
	if (h->has_body)
		echo_end(h, service);
	else if (path_is(h, "/") || h->target == HTTP1_TARGET_AUTHORITY)
		answer_pattern(h, service, service->response_bytes);
	else if (path_bytes(h, &bytes))
		answer_pattern(h, service, bytes);
	else if (path_is(h, "/metrics"))
		answer_metrics(h, service);
	else
		answer_status(h, service, 404);
}
