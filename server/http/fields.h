/* A field section (RFC 9112, 5), byte by byte: the one of a head, or the trailers. Notes what the
 * framing of the message and the connection depend on. */
#ifndef SERVER_HTTP_FIELDS_H
#define SERVER_HTTP_FIELDS_H

#include "server/http/authority.h"
#include "server/http/octet.h"

#include <stdbool.h>
#include <stdint.h>

/* All zero at first. */
struct fields {
	uint8_t state;
	uint8_t name; /* the known field that the line has */
	bool gap;     /* whitespace was read in the value, and may end it only */
	bool is_trailer;
	uint32_t count;
	struct authority host;
	uint64_t length; /* Content-Length */
	bool has_host, has_length, has_digits;
	bool has_coding;         /* Transfer-Encoding */
	bool is_chunked;         /* its last coding is chunked */
	bool has_unknown_coding; /* another coding than chunked, the only one that is known */
	bool closes, keeps;      /* Connection: close, keep-alive */
	bool expects_continue, expects_other;
};

/* Takes the next bytes, up to the end of the section or of the input. `word` belongs to the section
 * meanwhile. Returns where it stopped; a `status` other than 0 refuses the section there. */
const char *fields_take(struct fields *f, struct word *word, uint32_t count_max, const char *at,
	const char *end, unsigned *status);

/* Begins the trailers, after the section of the head. */
void fields_continue(struct fields *f);

bool fields_are_whole(const struct fields *f);

#endif
