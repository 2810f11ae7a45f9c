#include "bench/measure/response_tail.h"

#include <stdbool.h>
#include <string.h>

#define LINE_END "\r\n"
#define EMPTY_LINE "\r\n\r\n"
#define LAST_CHUNK "0\r\n"

static bool begins_with(const uint8_t *bytes, size_t size, const char *text)
{
	return size >= strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

/* Whether there is nothing but lines that have a colon, and an empty line behind them. */
static bool are_trailers(const uint8_t *bytes, size_t size)
{
	while (!begins_with(bytes, size, LINE_END)) {
		const uint8_t *end = memmem(bytes, size, LINE_END, strlen(LINE_END));
		if (!end || !memchr(bytes, ':', (size_t)(end - bytes)))
			return false;
		size -= (size_t)(end - bytes) + strlen(LINE_END);
		bytes = end + strlen(LINE_END);
	}
	return size == strlen(LINE_END);
}

static bool has_last_chunk(const uint8_t *bytes, size_t size)
{
	for (size_t at = 0; at < size; at++) {
		bool is_line = at == 0 || (at >= 2 && memcmp(bytes + at - 2, LINE_END, 2) == 0);
		if (is_line && begins_with(bytes + at, size - at, LAST_CHUNK) &&
			are_trailers(
				bytes + at + strlen(LAST_CHUNK), size - at - strlen(LAST_CHUNK)))
			return true;
	}
	return false;
}

/* The last chunk begins with 0, and a line that goes on with a blank. */
static bool may_begin_data(uint8_t first)
{
	return first != '0' && first != ' ' && first != '\t';
}

/* The line before the empty one is all there, and of a chunk's data: it is neither a trailer, which
 * has a colon or goes on behind a blank, nor a last chunk, which may have an extension. */
static bool ends_in_data(const uint8_t *bytes, size_t size)
{
	size_t end = size - strlen(EMPTY_LINE), at = end;
	while (at >= 2 && memcmp(bytes + at - 2, LINE_END, 2) != 0)
		at--;
	return at >= 2 && at < end && !memchr(bytes + at, ':', end - at) &&
	       may_begin_data(bytes[at]);
}

enum response_tail response_tail_parse(const uint8_t *bytes, size_t size)
{
	size_t end = strlen(EMPTY_LINE);
	if (size <= RESPONSE_TAIL_SHORT)
		return RESPONSE_TAIL_UNPROVEN;
	if (memcmp(bytes + size - end, EMPTY_LINE, end) != 0)
		return RESPONSE_TAIL_OPEN;
	if (has_last_chunk(bytes, size))
		return RESPONSE_TAIL_LAST_CHUNK;
	return ends_in_data(bytes, size) ? RESPONSE_TAIL_OPEN : RESPONSE_TAIL_UNPROVEN;
}
