#include "bench/report/paragraph.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 2

/* Returns the number of lines; prints nothing where `out` is NULL. */
static size_t wrap(const char *text, size_t width, FILE *out)
{
	size_t used = 0, lines = 1;
	while (*text) {
		size_t word = strcspn(text, " ");
		const char *before = used == 0 ? "" : " ";
		if (used > INDENT && used + 1 + word > width) {
			before = "\n  ";
			used = INDENT - 1;
			lines++;
		}
		if (out)
			fprintf(out, "%s%.*s", before, (int)word, text);
		used += word + (*before != '\0');
		text += word + strspn(text + word, " ");
	}
	if (out)
		fputc('\n', out);
	return lines;
}

void paragraph_print(const char *text, size_t width, FILE *out)
{
	wrap(text, width, out);
}

size_t paragraph_lines(const char *text, size_t width)
{
	return wrap(text, width, NULL);
}

size_t paragraphs_print(const char *text, size_t width, FILE *out)
{
	size_t lines = 0, length;
	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		char *line = strndup(text, length);
		if (line && length > width)
			lines += wrap(line, width, out);
		else if (line)
			lines += fprintf(out, "%s\n", line) > 0;
		free(line);
	}
	return lines;
}
