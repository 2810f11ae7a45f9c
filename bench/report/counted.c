#include "bench/report/counted.h"

#include <stddef.h>
#include <stdio.h>

const char *counted_noun(double count, const char *one, const char *more)
{
	return count == 1 ? one : more;
}

const char *counted_write(double count, char text[COUNTED_TEXT_MAX])
{
	static const char *const units[] = {"k", "M", "G", "T", "P"};
	size_t unit = 0;
	if (count < 99999.5) {
		snprintf(text, COUNTED_TEXT_MAX, "%.0f", count);
		return text;
	}
	for (count /= 1000; count >= 999.5 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		count /= 1000;
	snprintf(text, COUNTED_TEXT_MAX, "%.3g%s", count, units[unit]);
	return text;
}
