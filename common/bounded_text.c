#include "common/bounded_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define CUT "…"
_Static_assert(sizeof(CUT) == BOUNDED_TEXT_LEAST, "the least room");

size_t bounded_text_vwrite(char *text, size_t size, const char *format, va_list args)
{
	assert(size >= BOUNDED_TEXT_LEAST);
	int length = vsnprintf(text, size, format, args);
	if (length < 0)
		text[length = 0] = '\0';
	if ((size_t)length < size)
		return (size_t)length;
	size_t end = size - sizeof(CUT);
	/* Bytes that continue a UTF-8 character are 10xxxxxx. */
	while (end > 0 && (text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, CUT, sizeof(CUT));
	return end + strlen(CUT);
}

size_t bounded_text_write(char *text, size_t size, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	size_t length = bounded_text_vwrite(text, size, format, args);
	va_end(args);
	return length;
}
