/* The framing of a chunked body (RFC 9112, 7.1), byte by byte: everything but the data, up to the
 * trailers. No whitespace stands before CRLF, nor between a size and its extensions: that is where
 * parsers come to differ. */
#ifndef SERVER_HTTP_CHUNKS_H
#define SERVER_HTTP_CHUNKS_H

#include <stdbool.h>
#include <stdint.h>

/* Begins as all zero. */
struct chunks {
	uint8_t state;
	uint64_t size; /* of the chunk; of its data, what is to come */
};

/* Takes a byte of the framing. Returns false when it cannot stand there. */
bool chunks_take(struct chunks *k, char c);

/* The data of a chunk is next: `size` bytes, which are the caller's to count down to 0. */
bool chunks_at_data(const struct chunks *k);

/* The trailers are next. */
bool chunks_at_trailers(const struct chunks *k);

#endif
