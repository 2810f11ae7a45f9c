/* Bytes of responses on their way to one send(2). One a worker, of a fixed size: whoever appends
 * has made sure of the room before. */
#ifndef SERVER_HTTP_OUTPUT_BUFFER_H
#define SERVER_HTTP_OUTPUT_BUFFER_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct output {
	char *bytes;
	size_t length;
	size_t size;
};

static inline size_t output_room(const struct output *out)
{
	return out->size - out->length;
}

/* Inline, as heads are made of short texts whose length the compiler knows. */
static inline void output_append(struct output *out, const void *bytes, size_t length)
{
	assert(length <= output_room(out));
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
}

static inline void output_text(struct output *out, const char *text)
{
	output_append(out, text, strlen(text));
}

void output_number(struct output *out, uint64_t number);

/* One chunk of a chunked body. */
void output_chunk(struct output *out, const void *bytes, size_t length);

/* The pattern of common/pattern.h from `offset`. Returns where it lies in memory that is never
 * released, and in `length` how much of it lies there in one piece. */
const char *output_pattern(uint64_t offset, size_t *length);

/* Appends the first `length` bytes of the pattern. */
void output_pattern_append(struct output *out, size_t length);

#endif
