#include "bench/report/answer/enumeration.h"

#define MOST 3

size_t enumeration_written(size_t count)
{
	return count <= MOST ? count : MOST - 1;
}

const char *enumeration_separator(size_t part, size_t count)
{
	if (part == 1)
		return "";
	return part == count ? " and " : ", ";
}

void enumeration_end(size_t count, FILE *out)
{
	if (count > MOST)
		fprintf(out, " and %zu more", count - enumeration_written(count));
}
