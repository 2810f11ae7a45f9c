/* The framing of a chunked body (RFC 9112, 7.1), byte by byte: all but the data, up to the
 * trailers. Whitespace before CRLF, and between a size and its extensions, is refused: there
 * parsers differ, which request smuggling exploits. */
#ifndef SERVER_HTTP_CHUNKS_H
#define SERVER_HTTP_CHUNKS_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at first. */
struct chunks {
	uint8_t state;
	uint64_t
		size; /* the size of the chunk; within its data, the bytes that are still to come */
};

/* Takes one byte of the framing. Returns false at a byte that is not allowed there. */
bool chunks_take(struct chunks *k, char c);

/* Whether the data of a chunk is next: `size` bytes. The caller counts `size` down to 0. */
bool chunks_at_data(const struct chunks *k);

/* Whether the trailers are next. */
bool chunks_at_trailers(const struct chunks *k);

#endif
