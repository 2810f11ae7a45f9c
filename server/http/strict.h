/* A request as RFC 9112 has it, to the letter: every byte of its line, fields, chunk framing and
 * trailers passes here once, however the input is split. Nothing is kept of it but what is here.
 *
 * llhttp reads the loader's responses and not this: version 8 takes a bare LF at the end of a
 * request line and of a section, obs-fold, and two spaces before a target; later ones differ; all
 * know a list of methods and of versions. What stands before it has to follow all of the framing
 * itself. */
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
	uint32_t head_bytes; /* of a head; of a chunk's head; of the trailers */
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

/* One message; begins as all zero. */
struct strict {
	uint8_t part;
	bool body_begun;        /* a byte behind the head has come */
	uint16_t status;        /* not 0: refused, and with what */
	uint32_t framing_bytes; /* since the last byte of a body */
	uint64_t body_bytes;    /* announced so far */
	uint64_t left;          /* of the data at hand */
	struct line line;
	struct fields fields;
	struct chunks chunks;
	struct word word; /* once the line is whole and before the fields: the path */
};

/* A piece of a body's data, within the input. */
struct strict_data {
	const char *bytes;
	size_t length;
};

/* Pass the request line; the fields, until `part` is one after them; the body with its framing, up
 * to the end of one piece of data. All return how many bytes passed: up to the end of what they
 * pass, or of the input, or to where it is refused. */
size_t strict_line(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length);
size_t strict_fields(
	struct strict *s, const struct strict_limits *limits, const char *data, size_t length);
size_t strict_body(struct strict *s, const struct strict_limits *limits, const char *data,
	size_t length, struct strict_data *body);

/* A body is there when it was announced, of whatever length (RFC 9112, 6). */
static inline bool strict_has_body(const struct strict *s)
{
	return s->fields.has_length || s->fields.has_coding;
}

/* The connection can go on after the message (RFC 9112, 9.3). */
static inline bool strict_persists(const struct strict *s)
{
	return !s->fields.closes && (s->line.minor > 0 || s->fields.keeps);
}

#endif
