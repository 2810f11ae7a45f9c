/* The request line (RFC 9112, 3), byte by byte: method, target in its four forms, version. */
#ifndef SERVER_HTTP_LINE_H
#define SERVER_HTTP_LINE_H

#include "server/http/authority.h"
#include "server/http/octet.h"

#include <stdbool.h>
#include <stdint.h>

enum line_method {
	METHOD_UNKNOWN, /* another token */
	METHOD_CONNECT,
	METHOD_DELETE,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_PATCH,
	METHOD_POST,
	METHOD_PUT,
};

enum line_form {
	FORM_ORIGIN,
	FORM_ABSOLUTE,
	FORM_AUTHORITY, /* of CONNECT */
	FORM_ASTERISK,  /* of OPTIONS */
};

/* All zero at first. */
struct line {
	uint8_t state;
	uint8_t method;
	uint8_t form;
	uint8_t major, minor; /* a minor version of 2 or more is handled as 1 (RFC 9110, 2.5) */
	bool in_query;
	uint8_t expected; /* the place of the next byte in a fixed text */
	uint32_t target_bytes;
	struct authority authority;
};

/* Takes the next bytes, up to the end of the line or of the input. When the line is whole, `word`
 * is the target's path without its query; until then `word` belongs to the line. Returns where it
 * stopped; a `status` other than 0 refuses the line there. */
const char *line_take(struct line *l, struct word *word, uint32_t target_max, const char *at,
	const char *end, unsigned *status);

/* Whether anything but empty lines has come. */
bool line_has_begun(const struct line *l);

bool line_is_whole(const struct line *l);

#endif
