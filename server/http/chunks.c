#include "server/http/chunks.h"

#include "server/http/octet.h"

enum {
	SIZE_START,
	SIZE,
	EXTENSION, /* after ";" */
	NAME,      /* of a chunk extension */
	NAME_SPACE,
	SETTING, /* after "=" */
	TOKEN,
	QUOTED,
	ESCAPED,
	QUOTED_END,
	SETTING_SPACE,
	LINE_FEED,
	DATA,
	DATA_FEED,
	TRAILERS,
};

/* The parts of a chunk-size line that can be followed by another part. */
static const struct part {
	uint8_t class;   /* the bytes of the part */
	uint8_t space;   /* the state that whitespace leads to; 0: whitespace is refused */
	bool has_equals; /* "=" may follow */
	bool ends;       /* the end of the line may follow */
} parts[] = {
	[SIZE] = {OCTET_HEX, 0, false, true},
	[NAME] = {OCTET_TOKEN, NAME_SPACE, true, true},
	[NAME_SPACE] = {0, NAME_SPACE, true, false},
	[TOKEN] = {OCTET_TOKEN, SETTING_SPACE, false, true},
	[QUOTED_END] = {0, SETTING_SPACE, false, true},
	[SETTING_SPACE] = {0, SETTING_SPACE, false, false},
};

static bool size_add(struct chunks *k, char c)
{
	bool fits = k->size >> 60 == 0;
	k->size = k->size << 4 | octet_hex(c);
	return fits;
}

static bool part_take(struct chunks *k, char c)
{
	const struct part *part = &parts[k->state];
	if (octet_is(c, part->class))
		return k->state != SIZE || size_add(k, c);
	if (c == ';')
		k->state = EXTENSION;
	else if (c == '\r' && part->ends)
		k->state = LINE_FEED;
	else if (c == '=' && part->has_equals)
		k->state = SETTING;
	else if (octet_is_space(c) && part->space)
		k->state = part->space;
	else
		return false;
	return true;
}

/* Skips whitespace, then begins a part that is a token. */
static bool part_begin(struct chunks *k, uint8_t state, char c)
{
	if (octet_is_space(c))
		return true;
	k->state = state;
	return octet_is(c, OCTET_TOKEN);
}

/* qdtext, an escape, or the closing quote (RFC 9110, 5.6.4). */
static bool quoted_take(struct chunks *k, char c)
{
	if (c == '"')
		k->state = QUOTED_END;
	else if (c == '\\')
		k->state = ESCAPED;
	return octet_is(c, OCTET_VALUE);
}

bool chunks_take(struct chunks *k, char c)
{
	switch (k->state) {
	case SIZE_START:
		k->state = SIZE;
		return octet_is(c, OCTET_HEX) && size_add(k, c);
	case EXTENSION:
		return part_begin(k, NAME, c);
	case SETTING:
		if (c != '"')
			return part_begin(k, TOKEN, c);
		k->state = QUOTED;
		return true;
	case QUOTED:
		return quoted_take(k, c);
	case ESCAPED:
		k->state = QUOTED;
		return octet_is(c, OCTET_VALUE);
	case LINE_FEED:
		k->state = k->size > 0 ? DATA : TRAILERS;
		return c == '\n';
	case DATA:
		k->state = DATA_FEED;
		return c == '\r';
	case DATA_FEED:
		k->state = SIZE_START;
		return c == '\n';
	default:
		return part_take(k, c);
	}
}

bool chunks_at_data(const struct chunks *k)
{
	return k->state == DATA;
}

bool chunks_at_trailers(const struct chunks *k)
{
	return k->state == TRAILERS;
}
