#include "server/http/line.h"

#include <string.h>

enum {
	START,
	EMPTY_LINE, /* CR before the request: empty lines are skipped (RFC 9112, 2.2) */
	METHOD,
	TARGET,
	PATH,
	PERCENT, /* two hexadecimal digits are to follow */
	PERCENT_DIGIT,
	SCHEME,
	AUTHORITY,
	TARGET_END,
	VERSION,
	LINE_END,
	LINE_FEED,
	WHOLE,
};

static const struct {
	uint8_t length, method;
	const char *name;
} methods[] = {
	{3, METHOD_GET, "GET"},
	{3, METHOD_PUT, "PUT"},
	{4, METHOD_HEAD, "HEAD"},
	{4, METHOD_POST, "POST"},
	{5, METHOD_PATCH, "PATCH"},
	{6, METHOD_DELETE, "DELETE"},
	{7, METHOD_CONNECT, "CONNECT"},
	{7, METHOD_OPTIONS, "OPTIONS"},
};

static const char scheme[] = "http://";
static const char version[] = "HTTP/1.1";

static uint8_t method_find(const struct word *word)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (word->length == methods[i].length &&
			memcmp(word->text, methods[i].name, word->length) == 0)
			return methods[i].method;
	return METHOD_UNKNOWN;
}

static unsigned start_take(struct line *l, struct word *word, char c)
{
	word->length = 0;
	if (c == '\r') {
		l->state = EMPTY_LINE;
		return 0;
	}
	word_add(word, c);
	l->state = METHOD;
	return octet_is(c, OCTET_TOKEN) ? 0 : 400;
}

static const char *method_take(
	struct line *l, struct word *word, const char *at, const char *end, unsigned *status)
{
	const char *stop = octet_span(OCTET_TOKEN, at, end);
	word_append(word, at, (size_t)(stop - at));
	if (stop == end)
		return stop;
	*status = *stop == ' ' ? 0 : 400;
	l->method = method_find(word);
	l->state = TARGET;
	word->length = 0;
	return stop + 1;
}

/* Takes the first byte of a path or a query, or the byte that ends a span of it. */
static unsigned path_end(struct line *l, struct word *word, char c)
{
	switch (c) {
	case ' ':
		l->state = VERSION;
		l->expected = 0;
		return 0;
	case '%':
		l->state = PERCENT;
		if (!l->in_query)
			word_add(word, c);
		return 0;
	case '?':
		l->in_query = true;
		return 0;
	default:
		return 400;
	}
}

static unsigned percent_take(struct line *l, struct word *word, char c)
{
	l->state = l->state == PERCENT ? PERCENT_DIGIT : PATH;
	if (!l->in_query)
		word_add(word, c);
	return octet_is(c, OCTET_HEX) ? 0 : 400;
}

/* Takes the first byte of a request target, which tells its form; CONNECT has a form of its own. */
static unsigned target_begin(struct line *l, struct word *word, char c)
{
	if (l->method == METHOD_CONNECT) {
		l->form = FORM_AUTHORITY;
		l->state = AUTHORITY;
		return authority_take(&l->authority, word, &c, &c + 1) ? 0 : 400;
	}
	if (c == '/') {
		l->form = FORM_ORIGIN;
		l->state = PATH;
		word_add(word, c);
		return 0;
	}
	if (c == '*' && l->method == METHOD_OPTIONS) {
		l->form = FORM_ASTERISK;
		l->state = TARGET_END;
		word_add(word, c);
		return 0;
	}
	l->form = FORM_ABSOLUTE;
	l->state = SCHEME;
	l->expected = 1;
	return octet_lower(c) == scheme[0] ? 0 : 400;
}

static unsigned scheme_take(struct line *l, char c)
{
	if (octet_lower(c) != scheme[l->expected])
		return 400;
	if (scheme[++l->expected] == '\0')
		l->state = AUTHORITY;
	return 0;
}

/* The authority ends where a path, a query or the version begins. Without a path, the path is "/".
 */
static unsigned line_authority_take(struct line *l, struct word *word, char c)
{
	bool is_absolute = l->form == FORM_ABSOLUTE;
	if (c != ' ' && !(is_absolute && (c == '/' || c == '?')))
		return authority_take(&l->authority, word, &c, &c + 1) ? 0 : 400;
	if (!authority_is_whole(&l->authority) || (!is_absolute && !l->authority.has_port))
		return 400;
	word->length = 0;
	word_add(word, '/');
	l->state = PATH;
	return c == '/' ? 0 : path_end(l, word, c);
}

/* "HTTP/" DIGIT "." DIGIT */
static unsigned version_take(struct line *l, char c)
{
	uint8_t at = l->expected++;
	if (version[at] != '1') {
		if (c != version[at])
			return 400;
	} else if (!octet_is(c, OCTET_DIGIT)) {
		return 400;
	} else if (version[l->expected] != '\0') {
		l->major = (uint8_t)(c - '0');
	} else {
		l->minor = (uint8_t)(c - '0');
		l->state = LINE_END;
	}
	return 0;
}

static unsigned end_take(struct line *l, char c)
{
	if (c != (l->state == LINE_END ? '\r' : '\n'))
		return 400;
	l->state++;
	return l->state == WHOLE && l->major != 1 ? 505 : 0;
}

static unsigned byte_take(struct line *l, struct word *word, char c)
{
	switch (l->state) {
	case START:
		return start_take(l, word, c);
	case EMPTY_LINE:
		l->state = START;
		return c == '\n' ? 0 : 400;
	case TARGET:
		return target_begin(l, word, c);
	case PATH:
		return path_end(l, word, c);
	case PERCENT:
	case PERCENT_DIGIT:
		return percent_take(l, word, c);
	case SCHEME:
		return scheme_take(l, c);
	case AUTHORITY:
		return line_authority_take(l, word, c);
	case TARGET_END:
		l->state = VERSION;
		return c == ' ' ? 0 : 400;
	case VERSION:
		return version_take(l, c);
	default:
		return end_take(l, c);
	}
}

/* Takes bytes of the target. The length is checked last, so that a target that is too long and then
 * wrong is refused with 414, however the input is split. */
static const char *target_take(struct line *l, struct word *word, uint32_t target_max,
	const char *at, const char *end, unsigned *status)
{
	const char *from = at;
	while (at < end && l->state != VERSION && *status == 0) {
		if (l->state == PATH) {
			const char *stop = octet_span(OCTET_TARGET, at, end);
			if (!l->in_query)
				word_append(word, at, (size_t)(stop - at));
			at = stop;
		}
		if (at < end)
			*status = byte_take(l, word, *at++);
	}
	l->target_bytes += (uint32_t)(at - from) - (l->state == VERSION);
	if (l->target_bytes > target_max)
		*status = 414;
	return at;
}

/* The end of nearly every request line. */
static const char usual_end[] = "HTTP/1.1\r\n";
#define USUAL (sizeof(usual_end) - 1)

static const char *usual_take(struct line *l, const char *at)
{
	l->major = l->minor = 1;
	l->state = WHOLE;
	return at + USUAL;
}

const char *line_take(struct line *l, struct word *word, uint32_t target_max, const char *at,
	const char *end, unsigned *status)
{
	while (at < end && l->state != WHOLE && *status == 0) {
		if (l->state == METHOD)
			at = method_take(l, word, at, end, status);
		else if (l->state >= TARGET && l->state <= TARGET_END)
			at = target_take(l, word, target_max, at, end, status);
		else if (l->state == VERSION && l->expected == 0 && end - at >= (ptrdiff_t)USUAL &&
			 memcmp(at, usual_end, USUAL) == 0)
			at = usual_take(l, at);
		else
			*status = byte_take(l, word, *at++);
	}
	return at;
}

bool line_has_begun(const struct line *l)
{
	return l->state >= METHOD;
}

bool line_is_whole(const struct line *l)
{
	return l->state == WHOLE;
}
