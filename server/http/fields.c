#include "server/http/fields.h"

enum {
	START, /* of a field line */
	NAME,
	VALUE_START,
	VALUE,
	LINE_FEED,
	SECTION_FEED,
	WHOLE,
};

enum {
	FIELD_OTHER,
	FIELD_CONNECTION,
	FIELD_EXPECT,
	FIELD_HOST,
	FIELD_LENGTH,
	FIELD_CODING,
};

/* Compares without regard to case. OR-ing 0x20 lower-cases letters; no other token byte maps onto a
 * letter or '-' that way. */
static bool name_is(const struct word *word, const char *known)
{
	for (size_t i = 0; i < word->length; i++)
		if ((word->text[i] | 0x20) != known[i])
			return false;
	return true;
}

static uint8_t name_find(const struct word *word)
{
	static const struct {
		uint8_t length, name;
		const char *text;
	} known[] = {
		{4, FIELD_HOST, "host"},
		{6, FIELD_EXPECT, "expect"},
		{10, FIELD_CONNECTION, "connection"},
		{14, FIELD_LENGTH, "content-length"},
		{17, FIELD_CODING, "transfer-encoding"},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (word->length == known[i].length && name_is(word, known[i].text))
			return known[i].name;
	return FIELD_OTHER;
}

/* Ends a field's name. A trailer may not frame the message. */
static unsigned name_end(struct fields *f, struct word *word)
{
	f->name = name_find(word);
	f->gap = false;
	word->length = 0;
	if (f->is_trailer && f->name >= FIELD_HOST)
		return 400;
	switch (f->name) {
	case FIELD_HOST:
		if (f->has_host)
			return 400;
		f->has_host = true;
		break;
	case FIELD_LENGTH:
		if (f->has_length)
			return 400;
		f->has_length = true;
		break;
	case FIELD_CODING:
		f->has_coding = true;
		break;
	}
	return 0;
}

/* Ends an element of a list. Empty elements are ignored (RFC 9110, 5.6.1.2). */
static unsigned element_end(struct fields *f, struct word *word)
{
	if (word->length == 0)
		return 0;
	switch (f->name) {
	case FIELD_CONNECTION:
		f->closes |= word_is(word, "close");
		f->keeps |= word_is(word, "keep-alive");
		break;
	case FIELD_EXPECT:
		f->expects_continue |= word_is(word, "100-continue");
		f->expects_other |= !word_is(word, "100-continue");
		break;
	case FIELD_CODING:
		/* chunked stands twice, or is not the last coding. */
		if (f->is_chunked)
			return 400;
		f->is_chunked = word_is(word, "chunked");
		f->has_unknown_coding |= !f->is_chunked;
		break;
	}
	word->length = 0;
	f->gap = false;
	return 0;
}

static unsigned list_take(struct fields *f, struct word *word, const char *at, const char *end)
{
	unsigned status = 0;
	for (; at < end && status == 0; at++) {
		if (*at == ',') {
			status = element_end(f, word);
		} else if (octet_is_space(*at)) {
			f->gap = word->length > 0;
		} else {
			/* Two words with a space between them are one element, and none that is
			 * known. */
			if (f->gap)
				word_add(word, ' ');
			f->gap = false;
			word_add(word, octet_lower(*at));
		}
	}
	return status;
}

static unsigned length_take(struct fields *f, const char *at, const char *end)
{
	for (; at < end; at++)
		if (!octet_is(*at, OCTET_DIGIT) ||
			__builtin_mul_overflow(f->length, 10, &f->length) ||
			__builtin_add_overflow(f->length, (uint64_t)(*at - '0'), &f->length))
			return 400;
	f->has_digits = true;
	return 0;
}

/* Takes bytes of the value of a known field. Whitespace may end the value, and may stand within a
 * list. */
static unsigned value_take(struct fields *f, struct word *word, const char *at, const char *end)
{
	if (f->name != FIELD_HOST && f->name != FIELD_LENGTH)
		return list_take(f, word, at, end);
	const char *stop = octet_span(OCTET_VISIBLE, at, end);
	if (stop > at && f->gap)
		return 400;
	f->gap |= stop < end;
	for (const char *rest = stop; rest < end; rest++)
		if (!octet_is_space(*rest))
			return 400;
	if (stop == at)
		return 0;
	if (f->name == FIELD_LENGTH)
		return length_take(f, at, stop);
	return authority_take(&f->host, word, at, stop) ? 0 : 400;
}

static unsigned value_end(struct fields *f, struct word *word)
{
	switch (f->name) {
	case FIELD_OTHER:
		return 0;
	case FIELD_HOST:
		return authority_is_whole(&f->host) || authority_is_empty(&f->host) ? 0 : 400;
	case FIELD_LENGTH:
		return f->has_digits ? 0 : 400;
	default:
		return element_end(f, word);
	}
}

/* Takes the first byte of a line: of a field name, or of the empty line that ends the section.
 * Whitespace there would continue the line before (obs-fold), and is refused. */
static unsigned start_take(struct fields *f, struct word *word, uint32_t count_max, char c)
{
	if (c == '\r') {
		f->state = SECTION_FEED;
		return 0;
	}
	if (!octet_is(c, OCTET_TOKEN))
		return 400;
	if (f->count++ == count_max)
		return 431;
	f->state = NAME;
	word->length = 0;
	word_add(word, c);
	return 0;
}

static const char *name_scan(
	struct fields *f, struct word *word, const char *at, const char *end, unsigned *status)
{
	const char *stop = octet_span(OCTET_TOKEN, at, end);
	word_append(word, at, (size_t)(stop - at));
	if (stop == end)
		return stop;
	*status = *stop == ':' ? name_end(f, word) : 400;
	f->state = VALUE_START;
	return stop + 1;
}

static const char *value_scan(
	struct fields *f, struct word *word, const char *at, const char *end, unsigned *status)
{
	const char *stop = octet_span(OCTET_VALUE, at, end);
	if (f->name != FIELD_OTHER)
		*status = value_take(f, word, at, stop);
	if (stop == end || *status != 0)
		return stop;
	*status = *stop == '\r' ? value_end(f, word) : 400;
	f->state = LINE_FEED;
	return stop + 1;
}

const char *fields_take(struct fields *f, struct word *word, uint32_t count_max, const char *at,
	const char *end, unsigned *status)
{
	while (at < end && f->state != WHOLE && *status == 0) {
		switch (f->state) {
		case START:
			*status = start_take(f, word, count_max, *at++);
			break;
		case NAME:
			at = name_scan(f, word, at, end, status);
			break;
		case VALUE_START:
			if (octet_is_space(*at))
				at++;
			else
				f->state = VALUE;
			break;
		case VALUE:
			at = value_scan(f, word, at, end, status);
			break;
		default: /* LINE_FEED, SECTION_FEED */
			*status = *at++ == '\n' ? 0 : 400;
			f->state = f->state == LINE_FEED ? START : WHOLE;
			break;
		}
	}
	return at;
}

void fields_continue(struct fields *f)
{
	f->state = START;
	f->is_trailer = true;
}

bool fields_are_whole(const struct fields *f)
{
	return f->state == WHOLE;
}
