#include "common/base64.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(const unsigned char *bytes, size_t size, FILE *out)
{
	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t group = (uint32_t)bytes[i] << 16 |
				 (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
				 (left > 2 ? bytes[i + 2] : 0);
		char text[4] = {digits[group >> 18], digits[group >> 12 & 63],
			digits[group >> 6 & 63], digits[group & 63]};
		if (left < 3)
			text[3] = '=';
		if (left < 2)
			text[2] = '=';
		fwrite(text, 1, sizeof(text), out);
	}
}

/* What a digit stands for; -1: it is none. */
static int digit_value(char digit)
{
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Four digits, of which the last `pads` are "=". Returns 0 or -1. */
static int group_read(const char *text, size_t pads, unsigned char bytes[3])
{
	uint32_t group = 0;
	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - pads ? digit_value(text[i]) : 0;
		if (value < 0)
			return -1;
		group = group << 6 | (uint32_t)value;
	}
	bytes[0] = (unsigned char)(group >> 16);
	bytes[1] = (unsigned char)(group >> 8);
	bytes[2] = (unsigned char)group;
	return 0;
}

unsigned char *base64_read(const char *text, size_t *size)
{
	size_t length = strlen(text);
	size_t pads = length > 0 && text[length - 1] == '=';
	pads += pads && length > 1 && text[length - 2] == '=';
	if (length % 4 != 0) {
		errno = EINVAL;
		return NULL;
	}
	unsigned char *bytes = malloc(length / 4 * 3 + 1);
	for (size_t i = 0; bytes && i < length; i += 4) {
		if (group_read(text + i, i + 4 == length ? pads : 0, bytes + i / 4 * 3) == 0)
			continue;
		free(bytes);
		errno = EINVAL;
		return NULL;
	}
	*size = length / 4 * 3 - pads;
	return bytes;
}
