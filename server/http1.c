#include "server/http1.h"

#include <stddef.h>
#include <string.h>

static struct http1 *http1_of(llhttp_t *parser)
{
	return (struct http1 *)parser;
}

static const struct http1_service *service_of(llhttp_t *parser)
{
	return parser->data;
}

/* Stops the parser; the status is given by http1_parse. */
static int refuse_later(struct http1 *h, unsigned status)
{
	h->status = (uint16_t)status;
	return -1;
}

static int on_message_begin(llhttp_t *parser)
{
	struct http1 *h = http1_of(parser);
	h->begun = true;
	h->last = false;
	h->in_body = h->has_body = h->head_only = false;
	h->status = 0;
	h->target = HTTP1_TARGET_START;
	h->slashes = 0;
	h->target_bytes = 0;
	h->path_length = 0;
	return 0;
}

static void path_append(struct http1 *h, char byte)
{
	/* No path of ours is as long: one that is stays unknown. */
	if (h->path_length < sizeof(h->path))
		h->path[h->path_length++] = byte;
}

/* Finds the path in origin form and in absolute form (RFC 9112, 3.2), however it is split. */
static void target_take(struct http1 *h, char byte)
{
	switch (h->target) {
	case HTTP1_TARGET_START:
		h->target = byte == '/' ? HTTP1_TARGET_PATH : HTTP1_TARGET_SCHEME;
		if (byte == '/')
			path_append(h, byte);
		break;
	case HTTP1_TARGET_SCHEME:
		if (byte == '/' && ++h->slashes == 2)
			h->target = HTTP1_TARGET_AUTHORITY;
		break;
	case HTTP1_TARGET_AUTHORITY:
		if (byte != '/' && byte != '?')
			break;
		path_append(h, '/');
		h->target = byte == '/' ? HTTP1_TARGET_PATH : HTTP1_TARGET_QUERY;
		break;
	case HTTP1_TARGET_PATH:
		if (byte == '?')
			h->target = HTTP1_TARGET_QUERY;
		else
			path_append(h, byte);
		break;
	case HTTP1_TARGET_QUERY:
		break;
	}
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
	struct http1 *h = http1_of(parser);
	if (length > HTTP1_TARGET_MAX - (size_t)h->target_bytes)
		return refuse_later(h, 414);
	h->target_bytes += (uint16_t)length;
	for (size_t i = 0; i < length; i++)
		target_take(h, at[i]);
	return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
	struct http1 *h = http1_of(parser);
	h->last = h->must_close || !llhttp_should_keep_alive(parser);
	h->in_body = true;
	h->progress = true;
	if (parser->http_major != 1)
		return refuse_later(h, parser->http_major > 1 ? 505 : 400);
	if (parser->http_minor == 0 && parser->flags & F_TRANSFER_ENCODING)
		return refuse_later(h, 400);
	if (parser->method == HTTP_CONNECT)
		return refuse_later(h, 501);
	/* Upgrade may be ignored (RFC 9110, 7.8); llhttp would stop there. */
	parser->upgrade = 0;
	/* A body is there when one of these is, of whatever length (RFC 9112, 6). */
	h->has_body = parser->flags & (F_CHUNKED | F_CONTENT_LENGTH);
	h->head_only = parser->method == HTTP_HEAD;
	h->body_bytes = parser->content_length;
	return 0;
}

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

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
	struct http1 *h = http1_of(parser);
	const struct http1_service *service = service_of(parser);
	h->progress = true;
	echo_begin(h, service);
	if (h->head_only)
		return 0;
	if (parser->flags & F_CHUNKED)
		output_chunk(service->output, at, length);
	else
		output_append(service->output, at, length);
	return 0;
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

static void answer_status(struct http1 *h, const struct http1_service *service, unsigned status)
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

static void answer(struct http1 *h, const struct http1_service *service)
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

/* Pauses, so that one request is answered at a time. */
static int on_message_complete(llhttp_t *parser)
{
	answer(http1_of(parser), service_of(parser));
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_message_begin = on_message_begin,
	.on_url = on_url,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

void http1_init(struct http1 *h)
{
	memset(h, 0, sizeof(*h));
	llhttp_init(&h->parser, HTTP_REQUEST, &settings);
}

static void request_finish(struct http1 *h)
{
	h->begun = h->in_body = h->head_only = h->head_written = false;
	h->framing_bytes = 0;
}

enum http1_event http1_refuse(struct http1 *h, const struct http1_service *service, unsigned status)
{
	bool too_late = h->head_written && h->committed;
	if (h->head_written && !h->committed)
		service->output->length = h->response_at;
	h->last = true;
	if (!too_late)
		answer_status(h, service, status);
	request_finish(h);
	return too_late ? HTTP1_BROKEN : HTTP1_REFUSED;
}

static unsigned status_of(const struct http1 *h, enum llhttp_errno error)
{
	if (h->status != 0)
		return h->status;
	return error == HPE_INVALID_VERSION || error == HPE_PAUSED_H2_UPGRADE ? 505 : 400;
}

/* Heads, chunk heads and trailers are bounded by one count: bytes since the last byte of a body. */
static bool framing_fits(struct http1 *h, size_t parsed)
{
	h->framing_bytes = h->progress ? 0 : (uint16_t)(h->framing_bytes + parsed);
	return h->framing_bytes < HTTP1_HEAD_MAX;
}

enum http1_event http1_parse(struct http1 *h, const struct http1_service *service, const char *data,
	size_t length, size_t *used)
{
	bool framed = !h->in_body || h->parser.flags & F_CHUNKED;
	size_t room = HTTP1_HEAD_MAX - h->framing_bytes;
	size_t offered = framed && length > room ? room : length;
	h->progress = false;
	h->parser.data = (void *)service;
	enum llhttp_errno error = llhttp_execute(&h->parser, data, offered);
	*used = offered;
	if (error == HPE_OK)
		return framing_fits(h, offered) ? HTTP1_MORE : http1_refuse(h, service, 431);
	if (error != HPE_PAUSED)
		return http1_refuse(h, service, status_of(h, error));
	*used = (size_t)(llhttp_get_error_pos(&h->parser) - data);
	llhttp_resume(&h->parser);
	request_finish(h);
	return HTTP1_ANSWERED;
}
