#include "server/http/request_parser.h"

/* The end of the input, or of the framing bytes that the limit still allows. */
static const char *framing_end(const struct request_parser *p, const struct request_limits *limits,
	const char *at, const char *end)
{
	size_t room = limits->head_bytes - p->framing_bytes;
	return (size_t)(end - at) > room ? at + room : end;
}

/* Counts bytes of framing, and refuses the request at the limit. */
static void framing_count(
	struct request_parser *p, const struct request_limits *limits, size_t bytes, bool is_whole)
{
	p->framing_bytes += (uint32_t)bytes;
	if (p->status == 0 && !is_whole && p->framing_bytes == limits->head_bytes)
		p->status = 431;
}

size_t request_parser_take_line(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length)
{
	unsigned status = 0;
	const char *end = framing_end(p, limits, data, data + length);
	const char *at = line_take(&p->line, &p->word, limits->target_bytes, data, end, &status);
	p->status = (uint16_t)status;
	if (line_is_whole(&p->line))
		p->part = REQUEST_FIELDS;
	framing_count(p, limits, (size_t)(at - data), false);
	return (size_t)(at - data);
}

/* RFC 9112, 3.2: one valid Host field. The field may be empty unless the target is in origin-form;
 * there RFC 9112, 3.3 allows to refuse an empty one. */
static bool host_is_right(const struct request_parser *p)
{
	if (!p->fields.has_host)
		return p->line.minor == 0;
	return p->line.form != FORM_ORIGIN || !authority_is_empty(&p->fields.host);
}

/* RFC 9112, 6.1 and 6.3: chunked is the last coding, stands beside no Content-Length, and not in
 * HTTP/1.0. */
static bool framing_is_right(const struct request_parser *p)
{
	const struct fields *f = &p->fields;
	return !f->has_coding || (f->is_chunked && !f->has_length && p->line.minor > 0);
}

/* Returns the status that refuses the head, or 0. */
static unsigned head_judge(const struct request_parser *p, const struct request_limits *limits)
{
	const struct fields *f = &p->fields;
	if (!host_is_right(p) || !framing_is_right(p))
		return 400;
	if (p->line.form == FORM_AUTHORITY || f->has_unknown_coding)
		return 501;
	if (f->expects_other)
		return 417;
	return f->length > limits->body_bytes ? 413 : 0;
}

static void head_end(struct request_parser *p, const struct request_limits *limits)
{
	p->status = (uint16_t)head_judge(p, limits);
	p->framing_bytes = 0;
	p->left = p->body_bytes = p->fields.length;
	p->part = p->fields.has_coding ? REQUEST_CHUNKS : p->left > 0 ? REQUEST_BODY : REQUEST_DONE;
}

size_t request_parser_take_fields(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length)
{
	unsigned status = 0;
	const char *end = framing_end(p, limits, data, data + length);
	const char *at = fields_take(&p->fields, &p->word, limits->fields, data, end, &status);
	bool is_whole = status == 0 && fields_are_whole(&p->fields);
	p->status = (uint16_t)status;
	framing_count(p, limits, (size_t)(at - data), is_whole);
	if (is_whole && p->part == REQUEST_FIELDS)
		head_end(p, limits);
	else if (is_whole)
		p->part = REQUEST_DONE;
	return (size_t)(at - data);
}

/* Takes data, whose only framing is its length. */
static size_t data_pass(
	struct request_parser *p, const char *data, size_t length, struct request_data *body)
{
	if (length > p->left)
		length = (size_t)p->left;
	*body = (struct request_data){data, length};
	p->left -= length;
	p->framing_bytes = 0;
	return length;
}

/* A chunk's size is known: data above the limit is refused before it comes. */
static void chunk_begin(struct request_parser *p, const struct request_limits *limits)
{
	p->left = p->chunks.size;
	p->chunks.size = 0;
	if (p->left > limits->body_bytes - p->body_bytes)
		p->status = 413;
	else
		p->body_bytes += p->left;
}

/* The trailers are a further field section of the same message. */
static void trailers_begin(struct request_parser *p)
{
	p->part = REQUEST_TRAILERS;
	fields_continue(&p->fields);
}

static size_t chunks_pass(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length)
{
	const char *at = data, *end = framing_end(p, limits, data, data + length);
	while (at < end && p->left == 0 && p->part == REQUEST_CHUNKS && p->status == 0) {
		if (!chunks_take(&p->chunks, *at++))
			p->status = 400;
		else if (chunks_at_data(&p->chunks))
			chunk_begin(p, limits);
		else if (chunks_at_trailers(&p->chunks))
			trailers_begin(p);
	}
	framing_count(p, limits, (size_t)(at - data), p->left > 0);
	return (size_t)(at - data);
}

size_t request_parser_take_body(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length, struct request_data *body)
{
	size_t passed;
	body->length = 0;
	p->body_begun = true;
	if (p->part == REQUEST_TRAILERS)
		return request_parser_take_fields(p, limits, data, length);
	if (p->left == 0)
		return chunks_pass(p, limits, data, length);
	passed = data_pass(p, data, length, body);
	if (p->left == 0 && p->part == REQUEST_BODY)
		p->part = REQUEST_DONE;
	return passed;
}
