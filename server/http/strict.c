#include "server/http/strict.h"

/* The end of the input, or of the framing bytes that the limit still allows. */
static const char *framing_end(
	const struct strict *s, const struct strict_limits *limits, const char *at, const char *end)
{
	size_t room = limits->head_bytes - s->framing_bytes;
	return (size_t)(end - at) > room ? at + room : end;
}

/* Counts bytes of framing, and refuses the request at the limit. */
static void framing_count(
	struct strict *s, const struct strict_limits *limits, size_t bytes, bool is_whole)
{
	s->framing_bytes += (uint32_t)bytes;
	if (s->status == 0 && !is_whole && s->framing_bytes == limits->head_bytes)
		s->status = 431;
}

size_t strict_line(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length)
{
	unsigned status = 0;
	const char *end = framing_end(s, limits, data, data + length);
	const char *at = line_take(&s->line, &s->word, limits->target_bytes, data, end, &status);
	s->status = (uint16_t)status;
	if (line_is_whole(&s->line))
		s->part = STRICT_FIELDS;
	framing_count(s, limits, (size_t)(at - data), false);
	return (size_t)(at - data);
}

/* RFC 9112, 3.2: one valid Host field. The field may be empty unless the target is in origin-form;
 * there RFC 9112, 3.3 allows to refuse an empty one. */
static bool host_is_right(const struct strict *s)
{
	if (!s->fields.has_host)
		return s->line.minor == 0;
	return s->line.form != FORM_ORIGIN || !authority_is_empty(&s->fields.host);
}

/* RFC 9112, 6.1 and 6.3: chunked is the last coding, stands beside no Content-Length, and not in
 * HTTP/1.0. */
static bool framing_is_right(const struct strict *s)
{
	const struct fields *f = &s->fields;
	return !f->has_coding || (f->is_chunked && !f->has_length && s->line.minor > 0);
}

/* Returns the status that refuses the head, or 0. */
static unsigned head_judge(const struct strict *s, const struct strict_limits *limits)
{
	const struct fields *f = &s->fields;
	if (!host_is_right(s) || !framing_is_right(s))
		return 400;
	if (s->line.form == FORM_AUTHORITY || f->has_unknown_coding)
		return 501;
	if (f->expects_other)
		return 417;
	return f->length > limits->body_bytes ? 413 : 0;
}

static void head_end(struct strict *s, const struct strict_limits *limits)
{
	s->status = (uint16_t)head_judge(s, limits);
	s->framing_bytes = 0;
	s->left = s->body_bytes = s->fields.length;
	s->part = s->fields.has_coding ? STRICT_CHUNKS : s->left > 0 ? STRICT_BODY : STRICT_DONE;
}

size_t strict_fields(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length)
{
	unsigned status = 0;
	const char *end = framing_end(s, limits, data, data + length);
	const char *at = fields_take(&s->fields, &s->word, limits->fields, data, end, &status);
	bool is_whole = status == 0 && fields_are_whole(&s->fields);
	s->status = (uint16_t)status;
	framing_count(s, limits, (size_t)(at - data), is_whole);
	if (is_whole && s->part == STRICT_FIELDS)
		head_end(s, limits);
	else if (is_whole)
		s->part = STRICT_DONE;
	return (size_t)(at - data);
}

/* Takes data, whose only framing is its length. */
static size_t data_pass(struct strict *s, const char *data, size_t length, struct strict_data *body)
{
	if (length > s->left)
		length = (size_t)s->left;
	*body = (struct strict_data){data, length};
	s->left -= length;
	s->framing_bytes = 0;
	return length;
}

/* A chunk's size is known: data above the limit is refused before it comes. */
static void chunk_begin(struct strict *s, const struct strict_limits *limits)
{
	s->left = s->chunks.size;
	s->chunks.size = 0;
	if (s->left > limits->body_bytes - s->body_bytes)
		s->status = 413;
	else
		s->body_bytes += s->left;
}

/* The trailers are a further field section of the same message. */
static void trailers_begin(struct strict *s)
{
	s->part = STRICT_TRAILERS;
	fields_continue(&s->fields);
}

static size_t chunks_pass(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length)
{
	const char *at = data, *end = framing_end(s, limits, data, data + length);
	while (at < end && s->left == 0 && s->part == STRICT_CHUNKS && s->status == 0) {
		if (!chunks_take(&s->chunks, *at++))
			s->status = 400;
		else if (chunks_at_data(&s->chunks))
			chunk_begin(s, limits);
		else if (chunks_at_trailers(&s->chunks))
			trailers_begin(s);
	}
	framing_count(s, limits, (size_t)(at - data), s->left > 0);
	return (size_t)(at - data);
}

size_t strict_body(struct strict *s, const struct strict_limits *limits, const char *data,
	size_t length, struct strict_data *body)
{
	size_t passed;
	body->length = 0;
	s->body_begun = true;
	if (s->part == STRICT_TRAILERS)
		return strict_fields(s, limits, data, length);
	if (s->left == 0)
		return chunks_pass(s, limits, data, length);
	passed = data_pass(s, data, length, body);
	if (s->left == 0 && s->part == STRICT_BODY)
		s->part = STRICT_DONE;
	return passed;
}
