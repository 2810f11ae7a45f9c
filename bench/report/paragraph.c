#include "bench/report/paragraph.h"

#include <stdlib.h>
#include <string.h>

#define INDENT 2
/* A narrower column is none to read. */
#define COLUMN_LEAST 30

/* Columns of so many bytes: those that begin a character. */
static size_t columns_of(const char *text, size_t bytes)
{
	size_t columns = 0;
	for (size_t i = 0; i < bytes; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

/* The first `label` bytes are printed as they are. Returns the number of lines; prints nothing
 * where `out` is NULL. */
static size_t wrap(const char *text, size_t label, size_t indent, size_t width, FILE *out)
{
	size_t used = columns_of(text, label), begin = used, lines = 1;
	if (out)
		fwrite(text, 1, label, out);
	for (text += label; *text;) {
		size_t word = strcspn(text, " ");
		size_t columns = columns_of(text, word);
		if (used > begin && used + 1 + columns > width) {
			if (out)
				fprintf(out, "\n%*s", (int)indent, "");
			used = begin = indent;
			lines++;
		} else if (used > begin) {
			if (out)
				fputc(' ', out);
			used++;
		}
		if (out)
			fwrite(text, 1, word, out);
		used += columns;
		text += word + strspn(text + word, " ");
	}
	if (out)
		fputc('\n', out);
	return lines;
}

void paragraph_print(const char *text, size_t width, FILE *out)
{
	wrap(text, 0, INDENT, width, out);
}

size_t paragraph_lines(const char *text, size_t width)
{
	return wrap(text, 0, INDENT, width, NULL);
}

size_t paragraphs_print(const char *text, size_t width, FILE *out)
{
	size_t lines = 0, length;
	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		char *line = strndup(text, length);
		if (line && columns_of(line, length) > width)
			lines += wrap(line, 0, INDENT, width, out);
		else if (line)
			lines += fprintf(out, "%s\n", line) > 0;
		free(line);
	}
	return lines;
}

/* Bytes before the last column of a line: what is behind its last two blanks. */
static size_t label_bytes(const char *line)
{
	size_t label = 0;
	for (size_t i = 2; line[0] && line[1] && line[i]; i++)
		if (line[i - 1] == ' ' && line[i - 2] == ' ')
			label = i;
	return label;
}

static void hang(const char *line, size_t width, FILE *out)
{
	size_t label = label_bytes(line), columns = columns_of(line, label);
	size_t blanks = strspn(line, " "),
	       behind = blanks + (blanks > (size_t)2 * INDENT ? 0 : INDENT);
	if (columns_of(line, strlen(line)) <= width) {
		fprintf(out, "%s\n", line);
	} else if (label <= blanks || columns + COLUMN_LEAST <= width) {
		wrap(line, label, label > blanks ? columns : behind, width, out);
	} else {
		while (line[label - 1] == ' ')
			label--;
		fprintf(out, "%.*s\n%*s", (int)label, line, (int)blanks, "");
		label += strspn(line + label, " ");
		wrap(line + label - INDENT, INDENT, blanks + INDENT, width - blanks, out);
	}
}

void paragraphs_hang(const char *text, size_t width, FILE *out)
{
	for (size_t length; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		char *line = strndup(text, length);
		if (line)
			hang(line, width, out);
		free(line);
	}
}
