#include "bench/result/json_scalar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *text)
{
	json_t *json = json_string(text);
	if (json)
		return json;
	char *copy = strdup(text);
	for (char *c = copy; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

json_t *json_count(uint64_t count)
{
	return json_integer((json_int_t)count);
}

json_t *json_known(double figure)
{
	return isnan(figure) ? json_null() : json_real(figure);
}
