/* The character classes of HTTP and of URIs (RFC 9110, 5.6; RFC 3986, appendix A). Those of
 * <ctype.h> depend on the locale. */
#ifndef SERVER_HTTP_OCTET_H
#define SERVER_HTTP_OCTET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum octet_class {
	OCTET_TOKEN = 1,  /* tchar: methods, names of fields */
	OCTET_VALUE = 2,  /* of field values: VCHAR, obs-text, space, tab */
	OCTET_TARGET = 4, /* of paths and queries, without "%" and "?" */
	OCTET_NAME = 8,   /* of a reg-name, without "%" */
	OCTET_ALPHA = 16,
	OCTET_DIGIT = 32,
	OCTET_HEX = 64,
	OCTET_VISIBLE = 128, /* of field values, without space and tab */
};

extern const uint8_t octet_classes[256];

static inline bool octet_is(char c, enum octet_class class)
{
	return octet_classes[(uint8_t)c] & class;
}

/* Optional whitespace, OWS. */
static inline bool octet_is_space(char c)
{
	return c == ' ' || c == '\t';
}

static inline char octet_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	return c;
}

/* The value of a hexadecimal digit. */
static inline unsigned octet_hex(char c)
{
	return octet_is(c, OCTET_DIGIT) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
}

/* The first bytes of a short text that comes byte by byte. A text that is longer than the room is
 * cut, and so equals no known word, which are all shorter. */
struct word {
	uint8_t length;
	char text[47];
};

static inline void word_add(struct word *word, char c)
{
	if (word->length < sizeof(word->text))
		word->text[word->length++] = c;
}

void word_append(struct word *word, const char *bytes, size_t length);

/* `text` is shorter than the room of a word. Inline, so that the length of a literal is a constant.
 */
static inline bool word_is(const struct word *word, const char *text)
{
	size_t length = strlen(text);
	return word->length == length && memcmp(word->text, text, length) == 0;
}

/* Returns the end of the bytes of this class. */
static inline const char *octet_span(enum octet_class class, const char *at, const char *end)
{
	while (at < end && octet_is(*at, class))
		at++;
	return at;
}

#endif
