#include "server/http/octet.h"

enum {
	S = OCTET_VALUE,
	V = OCTET_VALUE | OCTET_VISIBLE,
	T = V | OCTET_TOKEN,
	P = V | OCTET_TARGET,
	N = P | OCTET_NAME,
	U = N | OCTET_TOKEN,
	LETTER = U | OCTET_ALPHA,
	HEX = U | OCTET_ALPHA | OCTET_HEX,
	DIGIT = U | OCTET_DIGIT | OCTET_HEX,
};

const uint8_t octet_classes[256] = {
	['\t'] = S,
	[' '] = S,
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
