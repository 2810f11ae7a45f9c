#include "server/http/output_buffer.h"

#include "common/body_pattern.h"

/* 16 KiB, so that the block stays in the first-level cache while a large body is sent from it. */
#define BLOCK_SIZE ((size_t)256 * BODY_PATTERN_SIZE)
#define FOUR(text) text text text text

static const char block[] = FOUR(FOUR(FOUR(FOUR(BODY_PATTERN))));

_Static_assert(sizeof(block) - 1 == BLOCK_SIZE, "the block repeats the pattern");

void output_buffer_number(struct output_buffer *out, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	output_buffer_append(out, digits + at, sizeof(digits) - at);
}

void output_buffer_chunk(struct output_buffer *out, const void *bytes, size_t length)
{
	char head[18];
	size_t at = sizeof(head);
	head[--at] = '\n';
	head[--at] = '\r';
	for (size_t left = length; left > 0; left >>= 4)
		head[--at] = "0123456789abcdef"[left & 15];
	output_buffer_append(out, head + at, sizeof(head) - at);
	output_buffer_append(out, bytes, length);
	output_buffer_append(out, "\r\n", 2);
}

const char *output_buffer_pattern(uint64_t offset, size_t *length)
{
	size_t at = offset % BLOCK_SIZE;
	*length = BLOCK_SIZE - at;
	return block + at;
}

void output_buffer_pattern_append(struct output_buffer *out, size_t length)
{
	for (uint64_t offset = 0; offset < length;) {
		size_t piece;
		const char *bytes = output_buffer_pattern(offset, &piece);
		if (piece > length - offset)
			piece = length - offset;
		output_buffer_append(out, bytes, piece);
		offset += piece;
	}
}
