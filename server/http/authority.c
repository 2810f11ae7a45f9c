#include "server/http/authority.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	START,
	NAME,
	PERCENT, /* two hexadecimal digits are to follow */
	PERCENT_DIGIT,
	LITERAL, /* an IP literal, within brackets */
	LITERAL_END,
	PORT,
};

/* "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" ) */
static bool is_future_address(const char *text)
{
	const char *at = text + 1;
	if (*text != 'v' && *text != 'V')
		return false;
	while (octet_is(*at, OCTET_HEX))
		at++;
	if (at == text + 1 || *at++ != '.' || *at == '\0')
		return false;
	while (octet_is(*at, OCTET_NAME) || *at == ':')
		at++;
	return *at == '\0';
}

/* `word` keeps as many bytes as it has room for. An address that fills it is longer than any IPv6
 * address. */
static bool literal_is_valid(const struct word *word)
{
	char text[sizeof(word->text) + 1];
	struct in6_addr address;
	memcpy(text, word->text, word->length);
	text[word->length] = '\0';
	return word->length < sizeof(word->text) && strlen(text) == word->length &&
	       (inet_pton(AF_INET6, text, &address) == 1 || is_future_address(text));
}

static bool name_take(struct authority *a, char c)
{
	if (c == ':' && a->state == NAME)
		a->state = PORT;
	else if (c == '%')
		a->state = PERCENT;
	else if (octet_is(c, OCTET_NAME))
		a->state = NAME;
	else
		return false;
	return true;
}

static bool port_take(struct authority *a, char c)
{
	if (!octet_is(c, OCTET_DIGIT))
		return false;
	a->has_port = true;
	a->port = a->port * 10 + (uint32_t)(c - '0');
	return a->port <= UINT16_MAX;
}

static bool byte_take(struct authority *a, struct word *word, char c)
{
	switch (a->state) {
	case START:
		if (c != '[')
			return name_take(a, c);
		word->length = 0;
		a->state = LITERAL;
		return true;
	case NAME:
		return name_take(a, c);
	case PERCENT:
	case PERCENT_DIGIT:
		a->state = a->state == PERCENT ? PERCENT_DIGIT : NAME;
		return octet_is(c, OCTET_HEX);
	case LITERAL:
		if (c == ']') {
			a->state = LITERAL_END;
			return literal_is_valid(word);
		}
		word_add(word, c);
		return true;
	case LITERAL_END:
		a->state = PORT;
		return c == ':';
	case PORT:
	default:
		return port_take(a, c);
	}
}

bool authority_take(struct authority *a, struct word *word, const char *at, const char *end)
{
	while (at < end) {
		if (!byte_take(a, word, *at++))
			return false;
		if (a->state == NAME)
			at = octet_span(OCTET_NAME, at, end);
	}
	return true;
}

bool authority_is_whole(const struct authority *a)
{
	return a->state == NAME || a->state == LITERAL_END || a->state == PORT;
}

bool authority_is_empty(const struct authority *a)
{
	return a->state == START;
}
