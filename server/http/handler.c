#include "server/http/handler.h"

#include <string.h>

static enum response_connection connection_of(const struct http1 *h)
{
	if (h->last)
		return RESPONSE_CLOSE;
	return h->parser.line.minor == 0 ? RESPONSE_KEEP_ALIVE : RESPONSE_PERSISTS;
}

/* Appends a response head, and notes where the response begins: until it is sent, an error can take
 * its place. */
static void head_write(
	struct http1 *h, const struct http1_service *service, const struct response_head *response)
{
	h->response_at = (uint32_t)service->output->length;
	h->head_written = true;
	h->committed = false;
	response_head_append(service->output, response, service->heads);
}

/* Appends the head of an echo as late as possible: before the body's first byte, an error can still
 * be the response. */
static void echo_begin(struct http1 *h, const struct http1_service *service)
{
	struct response_head response = {
		.status = 200,
		.type = "application/octet-stream",
		.length = h->parser.fields.length,
		.chunked = h->parser.fields.is_chunked,
		.connection = connection_of(h),
	};
	if (!h->head_written)
		head_write(h, service, &response);
}

void handler_body(
	struct http1 *h, const struct http1_service *service, const char *bytes, size_t length)
{
	echo_begin(h, service);
	if (h->head_only)
		return;
	if (h->parser.fields.is_chunked)
		output_buffer_chunk(service->output, bytes, length);
	else
		output_buffer_append(service->output, bytes, length);
}

static void echo_end(struct http1 *h, const struct http1_service *service)
{
	echo_begin(h, service);
	if (h->parser.fields.is_chunked && !h->head_only)
		output_buffer_text(service->output, "0\r\n\r\n");
}

static void handler_pattern(struct http1 *h, const struct http1_service *service, uint64_t length)
{
	struct response_head response = {.status = 200,
		.type = "text/plain",
		.length = length,
		.connection = connection_of(h)};
	head_write(h, service, &response);
	if (h->head_only)
		return;
	if (length <= HTTP1_BODY_COPY_MAX) {
		output_buffer_pattern_append(service->output, length);
		return;
	}
	h->pattern_left = length;
}

static void handler_text(struct http1 *h, const struct http1_service *service, unsigned status,
	const char *type, const char *text, size_t length)
{
	struct response_head response = {
		.status = status, .type = type, .length = length, .connection = connection_of(h)};
	head_write(h, service, &response);
	if (!h->head_only)
		output_buffer_append(service->output, text, length);
}

void handler_status(struct http1 *h, const struct http1_service *service, unsigned status)
{
	char text[64];
	size_t length =
		(size_t)stpcpy(stpcpy(text, response_head_status(status)), "\n") - (size_t)text;
	handler_text(h, service, status, "text/plain", text, length);
}

static void handler_metrics(struct http1 *h, const struct http1_service *service)
{
	char text[HTTP1_BODY_COPY_MAX];
	size_t length = service->metrics(service->owner, text, sizeof(text));
	handler_text(h, service, 200, "text/plain; version=0.0.4; charset=utf-8", text, length);
}

/* "/bytes/N" → N. There is no such resource above `most`. */
static bool path_bytes(const struct word *path, uint64_t most, uint64_t *bytes)
{
	static const char prefix[] = "/bytes/";
	size_t at = sizeof(prefix) - 1;
	if (path->length <= at || path->length == sizeof(path->text) ||
		memcmp(path->text, prefix, at) != 0)
		return false;
	*bytes = 0;
	for (; at < path->length; at++) {
		unsigned digit = (unsigned char)path->text[at] - (unsigned)'0';
		if (digit > 9 || __builtin_mul_overflow(*bytes, 10, bytes) ||
			__builtin_add_overflow(*bytes, digit, bytes))
			return false;
	}
	return *bytes <= most;
}

void handler_route(struct http1 *h, const struct http1_service *service)
{
	const struct word *path = &h->parser.word;
	h->route_bytes = service->response_bytes;
	h->route = ROUTE_UNKNOWN;
	if (h->parser.line.form == FORM_ASTERISK)
		h->route = ROUTE_SERVER;
	else if (service->metrics && word_is(path, "/metrics"))
		h->route = ROUTE_METRICS;
	else if (word_is(path, "/") ||
		 path_bytes(path, service->response_bytes_max, &h->route_bytes))
		h->route = ROUTE_BYTES;
}

unsigned handler_judge_metrics(const struct http1 *h)
{
	const struct request_parser *p = &h->parser;
	if (p->line.method == METHOD_UNKNOWN)
		return 501;
	if (p->line.method != METHOD_GET && p->line.method != METHOD_HEAD)
		return 405;
	if (h->route != ROUTE_METRICS)
		return 404;
	return p->fields.has_coding || p->fields.length > 0 ? 413 : 0;
}

/* 100 (Continue) is only for a client that still waits for it (RFC 9110, 10.1.1). */
void handler_continue(struct http1 *h, const struct http1_service *service)
{
	struct request_parser *p = &h->parser;
	if (!h->in_body || !p->fields.expects_continue)
		return;
	p->fields.expects_continue = false;
	if (!p->body_begun && p->line.minor > 0)
		output_buffer_text(service->output, "HTTP/1.1 100 Continue\r\n\r\n");
}

void handler_request(struct http1 *h, const struct http1_service *service)
{
	/* With metrics_only, such a body is empty, and nothing to send back. */
	if (request_parser_has_body(&h->parser) && !service->metrics_only) {
		echo_end(h, service);
		return;
	}
	/* A method that the server does not know (RFC 9110, 9.1). */
	if (h->parser.line.method == METHOD_UNKNOWN) {
		handler_status(h, service, 501);
		return;
	}
	switch (h->route) {
	case ROUTE_BYTES:
		handler_pattern(h, service, h->route_bytes);
		break;
	case ROUTE_METRICS:
		handler_metrics(h, service);
		break;
	case ROUTE_SERVER:
		handler_text(h, service, 200, "text/plain", "", 0);
		break;
	default:
		handler_status(h, service, 404);
		break;
	}
}
