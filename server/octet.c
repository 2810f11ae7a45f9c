#include "server/octet.h"

enum {
	V = OCTET_VALUE,
	T = OCTET_VALUE | OCTET_TOKEN,
	P = OCTET_VALUE | OCTET_TARGET,
	N = OCTET_VALUE | OCTET_TARGET | OCTET_NAME,
	U = OCTET_VALUE | OCTET_TARGET | OCTET_NAME | OCTET_TOKEN,
	LETTER = U | OCTET_ALPHA,
	HEX = U | OCTET_ALPHA | OCTET_HEX,
	DIGIT = U | OCTET_DIGIT | OCTET_HEX,
};

const uint8_t octet_classes[256] = {
	['\t'] = V,
	[' '] = V,
	['!'] = U,
	['"'] = V,
	['#'] = T,
	['$'] = U,
	['%'] = T,
	['&' ... '\''] = U,
	['(' ... ')'] = N,
	['*' ... '+'] = U,
	[','] = N,
	['-' ... '.'] = U,
	['/'] = P,
	['0' ... '9'] = DIGIT,
	[':'] = P,
	[';'] = N,
	['<'] = V,
	['='] = N,
	['>'] = V,
	['?'] = V,
	['@'] = P,
	['A' ... 'F'] = HEX,
	['G' ... 'Z'] = LETTER,
	['[' ... ']'] = V,
	['^'] = T,
	['_'] = U,
	['`'] = T,
	['a' ... 'f'] = HEX,
	['g' ... 'z'] = LETTER,
	['{'] = V,
	['|'] = T,
	['}'] = V,
	['~'] = U,
	[0x80 ... 0xff] = V,
};

void word_append(struct word *word, const char *bytes, size_t length)
{
	size_t room = sizeof(word->text) - word->length;
	if (length > room)
		length = room;
	memcpy(word->text + word->length, bytes, length);
	word->length = (uint8_t)(word->length + length);
}
