#include "bench/result/json_scalar.h"

#include "common/printable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *clean(const char *text, enum printable_lines lines)
{
	char *copy = strdup(text);
	if (!copy)
		return NULL;
	printable_clean(copy, lines);
	json_t *json = json_string(copy);
	free(copy);
	return json;
}

json_t *json_text(const char *text)
{
	return clean(text, PRINTABLE_ONE_LINE);
}

json_t *json_lines(const char *text)
{
	return clean(text, PRINTABLE_LINES);
}

json_t *json_count(uint64_t count)
{
	return json_integer((json_int_t)count);
}

json_t *json_real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_rounded_or_null(double value)
{
	return isfinite(value) ? json_integer((json_int_t)llround(value)) : json_null();
}

/* Every whole number up to this is a double. */
#define WHOLE_MOST 0x1p53

json_t *json_number_or_null(double value)
{
	return fabs(value) <= WHOLE_MOST && floor(value) == value ? json_integer((json_int_t)value)
								  : json_real_or_null(value);
}
