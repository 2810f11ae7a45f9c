#include "bench/judge/reasons.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void reasons_add(struct reasons *reasons, const char *format, ...)
{
	char *text, **grown = realloc(reasons->text, (reasons->count + 1) * sizeof(*grown));
	if (!grown) {
		reasons->incomplete = true;
		return;
	}
	reasons->text = grown;
	va_list args;
	va_start(args, format);
	int length = vasprintf(&text, format, args);
	va_end(args);
	if (length == -1)
		reasons->incomplete = true;
	else
		grown[reasons->count++] = text;
}

void reasons_count(struct reasons *reasons, uint64_t n, const char *what)
{
	if (n > 0)
		reasons_add(reasons, "%llu %s", (unsigned long long)n, what);
}

void reasons_share(struct reasons *reasons, uint64_t n, uint64_t all, const char *what)
{
	if (n > 0)
		reasons_add(reasons, "%llu of %llu %s", (unsigned long long)n,
			(unsigned long long)all, what);
}

void reasons_finish(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		free(reasons->text[i]);
	free(reasons->text);
	*reasons = (struct reasons){.text = NULL};
}
