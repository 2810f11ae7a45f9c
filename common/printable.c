#include "common/printable.h"

#include <stdbool.h>
#include <string.h>

/* Reads one character of UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, at most
 * U+10FFFF. Returns its length, or 0 where there is none. */
static size_t character_read(const unsigned char *at, uint32_t *code_point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = *at < 0x80 ? 1 : *at < 0xc0 ? 0 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
	if (length == 0 || *at > 0xf4)
		return 0;
	uint32_t value = length == 1 ? *at : *at & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (at[i] & 0x3fU);
	}
	if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code_point = value;
	return length;
}

static bool is_shown(uint32_t c, enum printable_lines lines)
{
	if (c == '\n' || c == '\t')
		return lines == PRINTABLE_LINES;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	return c != 0x061c && !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff && !(c >= 0xe0000 && c <= 0xe0fff);
}

const char *printable_fault(const char *text, enum printable_lines lines, uint32_t *code_point)
{
	while (*text) {
		size_t length = character_read((const unsigned char *)text, code_point);
		if (length == 0)
			*code_point = (unsigned char)*text;
		if (length == 0 || !is_shown(*code_point, lines))
			return text;
		text += length;
	}
	return NULL;
}

void printable_clean(char *text, enum printable_lines lines)
{
	uint32_t code_point;
	for (char *at = text; (at = (char *)printable_fault(at, lines, &code_point)); at++) {
		size_t length = character_read((const unsigned char *)at, &code_point);
		*at = '?';
		if (length > 1)
			memmove(at + 1, at + length, strlen(at + length) + 1);
	}
}
