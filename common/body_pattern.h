/* What a body is made of: a cycle of 64 bytes, so that a reader that counts bytes can verify them
 * as well. */
#ifndef COMMON_BODY_PATTERN_H
#define COMMON_BODY_PATTERN_H

#include <stdint.h>

#define BODY_PATTERN "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-\n"
#define BODY_PATTERN_SIZE 64

_Static_assert(sizeof(BODY_PATTERN) - 1 == BODY_PATTERN_SIZE,
	"the cycle divides every power of two from 64");

/* The byte at `offset` of a body. */
static inline char body_pattern_byte(uint64_t offset)
{
	return BODY_PATTERN[offset % BODY_PATTERN_SIZE];
}

#endif
