#include "server/http1.h"

#include "server/answer.h"

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

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
	struct http1 *h = http1_of(parser);
	h->progress = true;
	answer_body(h, service_of(parser), at, length);
	return 0;
}

/* Pauses, so that one request is answered at a time. */
static int on_message_complete(llhttp_t *parser)
{
	answer_request(http1_of(parser), service_of(parser));
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
