/* Bytes of responses that go out with the next send(2). Each worker has one buffer of a fixed size;
 * a caller makes sure of the room before it appends. */
#ifndef SERVER_HTTP_OUTPUT_BUFFER_H
#define SERVER_HTTP_OUTPUT_BUFFER_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct output_buffer {
	char *bytes;
	size_t length;
	size_t size;
};

static inline size_t output_buffer_room(const struct output_buffer *out)
{
	return out->size - out->length;
}

/* Inline: heads are made of short texts whose length the compiler knows. */
static inline void output_buffer_append(struct output_buffer *out, const void *bytes, size_t length)
{
	assert(length <= output_buffer_room(out));
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
}

static inline void output_buffer_text(struct output_buffer *out, const char *text)
{
	output_buffer_append(out, text, strlen(text));
}

void output_buffer_number(struct output_buffer *out, uint64_t number);

/* Appends one chunk of a chunked body. */
void output_buffer_chunk(struct output_buffer *out, const void *bytes, size_t length);

/* The pattern of common/body_pattern.h from `offset`. Returns a pointer to static memory, and in
 * `length` how many bytes follow there in one piece. */
const char *output_buffer_pattern(uint64_t offset, size_t *length);

/* Appends the first `length` bytes of the pattern. */
void output_buffer_pattern_append(struct output_buffer *out, size_t length);

#endif
