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

enum response_tail response_tail_parse(const uint8_t *bytes, size_t size)
{
	size_t end = strlen(EMPTY_LINE);
	if (size <= RESPONSE_TAIL_SHORT)
		return RESPONSE_TAIL_UNPROVEN;
	if (memcmp(bytes + size - end, EMPTY_LINE, end) != 0)
		return RESPONSE_TAIL_OPEN;
	return has_last_chunk(bytes, size) ? RESPONSE_TAIL_LAST_CHUNK : RESPONSE_TAIL_UNPROVEN;
}
