/* A parser of requests that follows RFC 9112 to the letter. Every byte of the request line, the
 * fields, the chunk framing and the trailers is looked at once, however the input is split, and
 * nothing but this struct is kept.
 *
 * llhttp parses the loader's responses, but not requests: its version 8 takes a bare LF at the end
 * of a request line and of a section, obs-fold, and two spaces before a target; later versions
 * differ; all know a fixed list of methods and versions. A check in front of it would have to
 * follow all of the framing itself. */
#ifndef SERVER_HTTP_REQUEST_PARSER_H
#define SERVER_HTTP_REQUEST_PARSER_H

#include "server/http/chunks.h"
#include "server/http/fields.h"
#include "server/http/line.h"
#include "server/http/octet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request_limits {
	uint64_t body_bytes;
	uint32_t head_bytes; /* of a head, of a chunk-size line, of the trailers */
	uint32_t target_bytes;
	uint32_t fields;
};

enum request_part {
	REQUEST_LINE,
	REQUEST_FIELDS,
	REQUEST_BODY, /* framed by its length */
	REQUEST_CHUNKS,
	REQUEST_TRAILERS,
	REQUEST_DONE,
};

/* One request. All zero at first. */
struct request_parser {
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
struct request_data {
	const char *bytes;
	size_t length;
};

/* Parse the request line; the fields, until `part` is a later one; the body with its framing, up to
 * the end of one piece of data. All return how many bytes were used: up to the end of the part, of
 * the input, or of what is refused. */
size_t request_parser_take_line(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length);
size_t request_parser_take_fields(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length);
size_t request_parser_take_body(struct request_parser *p, const struct request_limits *limits,
	const char *data, size_t length, struct request_data *body);

/* Whether the request has a body, which may be empty (RFC 9112, 6). */
static inline bool request_parser_has_body(const struct request_parser *p)
{
	return p->fields.has_length || p->fields.has_coding;
}

/* Whether the connection persists after the message (RFC 9112, 9.3). */
static inline bool request_parser_persists(const struct request_parser *p)
{
	return !p->fields.closes && (p->line.minor > 0 || p->fields.keeps);
}

#endif
