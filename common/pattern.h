/* What a body is made of: a cycle of 64 bytes, so that a reader that counts bytes can verify them
 * as well. */
#ifndef COMMON_PATTERN_H
#define COMMON_PATTERN_H

#include <stdint.h>

#define PATTERN "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-\n"
#define PATTERN_SIZE 64

_Static_assert(sizeof(PATTERN) - 1 == PATTERN_SIZE, "the cycle divides every power of two from 64");

/* The byte at `offset` of a body. */
static inline char pattern_byte(uint64_t offset)
{
	return PATTERN[offset % PATTERN_SIZE];
}

#endif
