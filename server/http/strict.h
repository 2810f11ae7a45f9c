/* A parser of requests that follows RFC 9112 to the letter. Every byte of the request line, the
 * fields, the chunk framing and the trailers is looked at once, however the input is split, and
 * nothing but this struct is kept.
 *
 * llhttp parses the loader's responses, but not requests: its version 8 takes a bare LF at the end
 * of a request line and of a section, obs-fold, and two spaces before a target; later versions
 * differ; all know a fixed list of methods and versions. A check in front of it would have to
 * follow all of the framing itself. */
#ifndef SERVER_HTTP_STRICT_H
#define SERVER_HTTP_STRICT_H

#include "server/http/chunks.h"
#include "server/http/fields.h"
#include "server/http/line.h"
#include "server/http/octet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strict_limits {
	uint64_t body_bytes;
	uint32_t head_bytes; /* of a head, of a chunk-size line, of the trailers */
	uint32_t target_bytes;
	uint32_t fields;
};

enum strict_part {
	STRICT_LINE,
	STRICT_FIELDS,
	STRICT_BODY, /* framed by its length */
	STRICT_CHUNKS,
	STRICT_TRAILERS,
	STRICT_DONE,
};

/* One request. All zero at first. */
struct strict {
	uint8_t part;
	bool body_begun;        /* a byte after the head has come */
	uint16_t status;        /* the status that refuses the request, or 0 */
	uint32_t framing_bytes; /* bytes of framing since the last byte of a body */
	uint64_t body_bytes;    /* bytes of the body that were announced so far */
	uint64_t left;          /* bytes of the data that are still to come */
	struct line line;
	struct fields fields;
	struct chunks chunks;
	struct word word; /* between the request line and the fields: the path */
};

/* A piece of a body's data: points into the input. */
struct strict_data {
	const char *bytes;
	size_t length;
};

/* Parse the request line; the fields, until `part` is a later one; the body with its framing, up to
 * the end of one piece of data. All return how many bytes were used: up to the end of the part, of
 * the input, or of what is refused. */
size_t strict_line(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length);
size_t strict_fields(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length);
size_t strict_body(struct strict *s, const struct strict_limits *limits, const char *data,
	size_t length, struct strict_data *body);

/* Whether the request has a body, which may be empty (RFC 9112, 6). */
static inline bool strict_has_body(const struct strict *s)
{
	return s->fields.has_length || s->fields.has_coding;
}

/* Whether the connection persists after the message (RFC 9112, 9.3). */
static inline bool strict_persists(const struct strict *s)
{
	return !s->fields.closes && (s->line.minor > 0 || s->fields.keeps);
}

#endif
