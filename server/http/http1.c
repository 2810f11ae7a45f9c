#include "server/http/http1.h"

#include "server/http/handler.h"

#include <stddef.h>
#include <string.h>

static void request_finish(struct http1 *h)
{
	h->in_body = h->head_only = h->head_written = false;
	memset(&h->parser, 0, sizeof(h->parser));
}

enum http1_event http1_refuse(struct http1 *h, const struct http1_service *service, unsigned status)
{
	h->last = true;
	if (http1_has_begun_response(h))
		return HTTP1_BROKEN;
	if (h->head_written)
		service->output->length = h->response_at;
	handler_status(h, service, status);
	request_finish(h);
	return HTTP1_REFUSED;
}

/* The request's head is complete: whether the connection persists is known now. */
static void head_end(struct http1 *h, const struct http1_service *service)
{
	h->in_body = true;
	h->last = h->must_close || !request_parser_persists(&h->parser);
	if (service->metrics_only)
		h->parser.status = (uint16_t)handler_judge_metrics(h);
}

/* Parses the request line and the fields, or a part of them. Returns how many bytes were used. */
static size_t head_parse(
	struct http1 *h, const struct http1_service *service, const char *data, size_t length)
{
	struct request_parser *p = &h->parser;
	size_t used = 0;
	if (p->part == REQUEST_LINE) {
		used = request_parser_take_line(p, &service->limits, data, length);
		h->head_only = p->line.method == METHOD_HEAD;
		if (p->part == REQUEST_LINE || p->status != 0)
			return used;
		handler_route(h, service);
	}
	used += request_parser_take_fields(p, &service->limits, data + used, length - used);
	if (p->part > REQUEST_FIELDS && p->status == 0)
		head_end(h, service);
	return used;
}

/* Parses the body, or a part of it. Returns how many bytes were used. */
static size_t body_parse(
	struct http1 *h, const struct http1_service *service, const char *data, size_t length)
{
	struct request_parser *p = &h->parser;
	size_t used = 0;
	while (used < length && p->part != REQUEST_DONE && p->status == 0) {
		struct request_data body;
		size_t passed = request_parser_take_body(
			p, &service->limits, data + used, length - used, &body);
		if (body.length > 0)
			handler_body(h, service, body.bytes, body.length);
		used += passed;
	}
	return used;
}

enum http1_event http1_parse(struct http1 *h, const struct http1_service *service, const char *data,
	size_t length, size_t *used)
{
	struct request_parser *p = &h->parser;
	*used = h->in_body ? 0 : head_parse(h, service, data, length);
	if (h->in_body)
		*used += body_parse(h, service, data + *used, length - *used);
	if (p->status != 0)
		return http1_refuse(h, service, p->status);
	if (p->part != REQUEST_DONE) {
		handler_continue(h, service);
		return HTTP1_MORE;
	}
	handler_request(h, service);
	request_finish(h);
	return HTTP1_COMPLETE;
}
