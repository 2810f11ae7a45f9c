#include "bench/report/printed.h"

#include <stddef.h>
#include <stdlib.h>

char *printed(printed_fn *print, const void *what)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	print(what, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
