#include "bench/report/paragraph.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 2

/* Columns of so many bytes: those that begin a character. */
static size_t columns_of(const char *text, size_t bytes)
{
	size_t columns = 0;
	for (size_t i = 0; i < bytes; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

/* Returns the number of lines; prints nothing where `out` is NULL. */
static size_t wrap(const char *text, size_t width, FILE *out)
{
	size_t used = 0, lines = 1;
	while (*text) {
		size_t word = strcspn(text, " ");
		size_t columns = columns_of(text, word);
		const char *before = used == 0 ? "" : " ";
		if (used > INDENT && used + 1 + columns > width) {
			before = "\n  ";
			used = INDENT - 1;
			lines++;
		}
		if (out)
			fprintf(out, "%s%.*s", before, (int)word, text);
		used += columns + (*before != '\0');
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
		if (line && columns_of(line, length) > width)
			lines += wrap(line, width, out);
		else if (line)
			lines += fprintf(out, "%s\n", line) > 0;
		free(line);
	}
	return lines;
}
