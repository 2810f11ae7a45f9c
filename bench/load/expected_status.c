#include "bench/load/expected_status.h"

#include <stdio.h>
#include <string.h>

#define FIRST 2 /* 1xx is an interim response */
#define LAST 5

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool expected_status_parse(struct expected_status *expected, const char *text)
{
	bool is_class = strlen(text) == 3 && text[1] == 'x' && text[2] == 'x';
	if (strlen(text) != 3 || text[0] < '0' + FIRST || text[0] > '0' + LAST ||
		!(is_class || (is_digit(text[1]) && is_digit(text[2]))))
		return false;
	unsigned low = (unsigned)(text[0] - '0') * 100;
	if (!is_class)
		low += (unsigned)(text[1] - '0') * 10 + (unsigned)(text[2] - '0');
	*expected = (struct expected_status){low, is_class ? low + 99 : low};
	return true;
}

bool expected_status_has(const struct expected_status *expected, unsigned status)
{
	if (expected->low == 0)
		return status / 100 == 2;
	return status >= expected->low && status <= expected->high;
}

void expected_status_text(const struct expected_status *expected, char text[EXPECTED_STATUS_TEXT])
{
	if (expected->low != 0 && expected->low == expected->high)
		snprintf(text, EXPECTED_STATUS_TEXT, "%u", expected->low % 1000);
	else
		snprintf(text, EXPECTED_STATUS_TEXT, "%uxx",
			expected->low ? expected->low / 100 % 10 : 2);
}
