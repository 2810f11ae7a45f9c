#include "common/command_lines.h"

#include <stdbool.h>
#include <string.h>

/* Blank and backslash at a line's end. */
#define MORE 2
/* Quote and backslash at the end of a line that a quoted word does not end on. */
#define MORE_QUOTED 2
/* Of a word that goes on in the next line, a line has at least so much; with less than the second a
 * word begins no line that others are on. */
#define PART_LEAST 8
#define PART_LEAST_BESIDE 16

struct layout {
	FILE *out;
	size_t width, indent, column;
	bool has_word; /* on this line: a blank goes before the next */
};

/* Bytes of what may not be parted: a character, or a backslash and the one that it is for. */
static size_t unit_bytes(const char *text, char quote)
{
	size_t bytes = *text == '\\' && quote != '\'' && text[1] ? 2 : 1;
	while ((text[bytes] & 0xc0) == 0x80)
		bytes++;
	return bytes;
}

/* Columns of the unit: bytes that continue a UTF-8 character take none. */
static size_t unit_columns(const char *text, char quote)
{
	return *text == '\\' && quote != '\'' && text[1] ? 2 : 1;
}

/* The quote that is open behind the unit. The quotes are those of a POSIX shell. */
static char quote_behind(char quote, const char *unit)
{
	if (quote == '\0' && (*unit == '\'' || *unit == '"'))
		return *unit;
	if (*unit == quote)
		return '\0';
	return quote;
}

/* Bytes up to the next `end` that stands outside quotes. */
static size_t length_until(const char *text, const char *end)
{
	char quote = '\0';
	size_t at = 0;
	while (text[at] && (quote || strncmp(text + at, end, strlen(end)) != 0)) {
		size_t bytes = unit_bytes(text + at, quote);
		quote = quote_behind(quote, text + at);
		at += bytes;
	}
	return at;
}

static size_t columns_of(const char *text, size_t length)
{
	size_t columns = 0;
	for (size_t i = 0; i < length; i++)
		columns += (text[i] & 0xc0) != 0x80;
	return columns;
}

static void line_break(struct layout *layout)
{
	fprintf(layout->out, " \\\n%*s", (int)layout->indent, "");
	layout->column = layout->indent;
	layout->has_word = false;
}

/* How much of a word goes on a line with this room: up to the last separator, or as many characters
 * as there is room for. Sets the quote that is open behind it. */
static size_t part_bytes(const char *word, size_t length, size_t room, char *quote)
{
	char open = *quote, open_best = open;
	size_t best = 0, at = 0;
	for (size_t used = unit_columns(word, open); at < length && used <= room;
		used += unit_columns(word + at, open)) {
		bool separates = strchr(", =&", word[at]) != NULL;
		size_t bytes = unit_bytes(word + at, open);
		open = quote_behind(open, word + at);
		at += bytes;
		if (separates && used >= PART_LEAST) {
			best = at;
			open_best = open;
		}
	}
	if (at < length && best > 0) {
		at = best;
		open = open_best;
	}
	*quote = open;
	return at;
}

static void part_write(struct layout *layout, const char *text, size_t length)
{
	fwrite(text, 1, length, layout->out);
	layout->column += columns_of(text, length);
}

/* A word, on as many lines as it needs, with `more` columns left behind it. Within single quotes a
 * backslash does not end a line: they are closed before it, and opened again. */
static void word_write(struct layout *layout, const char *word, size_t length, size_t more)
{
	char quote = '\0';
	while (layout->column + columns_of(word, length) + more > layout->width) {
		size_t least = layout->column + MORE_QUOTED + PART_LEAST;
		size_t room = PART_LEAST + (layout->width > least ? layout->width - least : 0);
		size_t bytes = part_bytes(word, length, room, &quote);
		part_write(layout, word, bytes);
		word += bytes;
		length -= bytes;
		if (length == 0)
			return;
		fputs(quote == '\'' ? "'\\\n'" : "\\\n", layout->out);
		layout->column = quote == '\'';
	}
	part_write(layout, word, length);
}

/* Whether so many columns fit on the line, behind the blank before them. */
static bool fits(const struct layout *layout, size_t columns)
{
	return layout->column + layout->has_word + columns <= layout->width;
}

static void word_print(struct layout *layout, const char *word, size_t length, size_t more)
{
	size_t columns = columns_of(word, length) + more;
	bool has_room = fits(layout, columns) || (layout->indent + columns > layout->width &&
							 fits(layout, PART_LEAST_BESIDE));
	if (layout->has_word && !has_room)
		line_break(layout);
	if (layout->has_word)
		part_write(layout, " ", 1);
	word_write(layout, word, length, more);
	layout->has_word = true;
}

/* An option and its values; or what stands before the first option. */
static void option_print(struct layout *layout, const char *text, size_t length, bool is_last)
{
	if (layout->has_word && !fits(layout, columns_of(text, length) + (is_last ? 0 : MORE)))
		line_break(layout);
	while (length > 0) {
		size_t word = length_until(text, " ");
		size_t blanks = strspn(text + word, " ");
		bool ends = word + blanks >= length;
		if (word > 0)
			word_print(layout, text, word, ends && is_last ? 0 : MORE);
		text += word + blanks;
		length -= ends ? length : word + blanks;
	}
}

void command_lines_print(const char *command, size_t column, size_t indent, size_t width, FILE *out)
{
	struct layout layout = {out, width, indent, column, false};
	while (*command) {
		size_t length = length_until(command, " -");
		bool is_last = command[length] == '\0';
		option_print(&layout, command, length, is_last);
		command += length + !is_last;
	}
	fputc('\n', out);
}
