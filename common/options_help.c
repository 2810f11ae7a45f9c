/* The text of --help: options aligned, with their defaults, wrapped. */
#include "common/bounded_text.h"
#include "common/command_lines.h"
#include "common/options.h"
#include "common/terminal.h"

#include <stdlib.h>
#include <string.h>

/* Where nobody says how wide the terminal is, and at most. */
#define WIDTH_MOST 100
#define WIDTH_LEAST 40
/* Per cent of the width: a longer label stands on a line of its own. */
#define LABEL_MOST 36
/* Of an example, and of what goes on of one. */
#define EXAMPLE_INDENT 2
#define EXAMPLE_MORE_INDENT 6

/* Where the text goes, and how far on its line. */
struct help {
	FILE *out;
	size_t width, indent, column;
};

/* Columns, not bytes: bytes that continue a UTF-8 character take none. */
static size_t text_width(const char *text, size_t bytes)
{
	size_t width = 0;
	for (size_t i = 0; i < bytes; i++)
		width += (text[i] & 0xc0) != 0x80;
	return width;
}

static void label_write(const struct option_row *row, char *label, size_t size)
{
	const char letter[] = {'-', row->letter, ',', ' ', '\0'};
	snprintf(label, size, "  %s--%s%s%s", row->letter ? letter : "    ", row->name,
		row->argument ? " " : "", row->argument ? row->argument : "");
}

void options_write_default(
	const struct option_row *row, const void *defaults, char *text, size_t size)
{
	size_t used = 0;
	*text = '\0';
	if (row->kind == OPTION_FLAG)
		return;
	for (size_t i = 0; i < options_values(row, defaults); i++) {
		char room[OPTION_NUMBER_MAX];
		used += bounded_text_write(text + used, size - used, "%s%s",
			i ? ", " : " (default ", options_value(row, defaults, i, room));
		if (size - used <= BOUNDED_TEXT_LEAST)
			return;
	}
	if (used > 0)
		bounded_text_write(text + used, size - used, ")");
}

static void line_end(struct help *help)
{
	fputc('\n', help->out);
	help->column = 0;
}

/* Of the next word: all of it, or as much as ends in a comma and fits on a line. */
static size_t word_bytes(const char *text, size_t room)
{
	size_t bytes = strcspn(text, " \n"), part = bytes;
	while (part > 0 && (text[part - 1] != ',' || text_width(text, part) > room))
		part--;
	return text_width(text, bytes) > room && part > 0 ? part : bytes;
}

/* Writes the words of `text` between the indent and the end of the line; a line of the text begins
 * one. */
static void text_wrap(const char *text, struct help *help)
{
	while (*(text += strspn(text, " ")) != '\0') {
		size_t bytes = word_bytes(text, help->width - help->indent);
		size_t width = text_width(text, bytes);
		if (help->column > help->indent && help->column + 1 + width > help->width)
			line_end(help);
		else if (help->column > help->indent)
			help->column += (size_t)fprintf(help->out, " ");
		if (help->column < help->indent)
			help->column += (size_t)fprintf(
				help->out, "%*s", (int)(help->indent - help->column), "");
		fwrite(text, 1, bytes, help->out);
		help->column += width;
		text += bytes;
		if (*text == '\n' && text++)
			line_end(help);
	}
}

static void row_print(const struct option_row *row, const void *defaults, struct help *help)
{
	char label[128], value[512];
	label_write(row, label, sizeof(label));
	fputs(label, help->out);
	help->column = text_width(label, strlen(label));
	if (help->column + 2 > help->indent)
		line_end(help);
	options_write_default(row, defaults, value, sizeof(value));
	text_wrap(row->help, help);
	text_wrap(value, help);
	line_end(help);
}

const struct option_row option_help_row = {
	.name = "help", .kind = OPTION_FLAG, .help = "Shows this and exits."};
const struct option_row option_version_row = {
	.name = "version", .kind = OPTION_FLAG, .help = "Shows the version and exits."};

static size_t label_columns(const struct option_table *table, size_t most)
{
	size_t widest = strlen("      --version");
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(table, i)); i++) {
		char label[128];
		label_write(row, label, sizeof(label));
		size_t width = text_width(label, strlen(label));
		if (width > widest && width <= most)
			widest = width;
	}
	return widest;
}

char options_help_letter(const struct option_table *table)
{
	const struct option_row *row;
	for (size_t i = 0; (row = options_row(table, i)); i++)
		if (row->letter == 'h')
			return 0;
	return 'h';
}

static void examples_print(const char *examples, size_t width, FILE *out)
{
	char *copy = examples ? strdup(examples) : NULL, *rest = copy;
	if (!copy)
		return;
	fputs("\nexamples:\n", out);
	for (const char *line; (line = strsep(&rest, "\n"));) {
		fprintf(out, "%*s", EXAMPLE_INDENT, "");
		if (*line == '#')
			fprintf(out, "%s\n", line);
		else
			command_lines_print(line, EXAMPLE_INDENT, EXAMPLE_MORE_INDENT, width, out);
	}
	free(copy);
}

static void heading_print(const struct option_table *table, struct help *help)
{
	static const char usage[] = "usage: ";
	help->indent = strlen(usage);
	help->column = (size_t)fprintf(help->out, "%s", usage);
	text_wrap(table->program, help);
	text_wrap(table->usage ? table->usage : "", help);
	line_end(help);
	if (!table->about)
		return;
	line_end(help);
	help->indent = 0;
	text_wrap(table->about, help);
	line_end(help);
}

void options_print_help(const struct option_table *table, const void *defaults, FILE *out)
{
	struct option_row help_row = option_help_row;
	struct help help = {.out = out, .width = terminal_columns(fileno(out))};
	if (help.width == 0 || help.width > WIDTH_MOST)
		help.width = WIDTH_MOST;
	if (help.width < WIDTH_LEAST)
		help.width = WIDTH_LEAST;
	heading_print(table, &help);
	help.indent = label_columns(table, help.width * LABEL_MOST / 100) + 2;
	help_row.letter = options_help_letter(table);
	for (const struct option_group *const *group = table->groups; *group; group++) {
		fprintf(out, "\n%s:\n", (*group)->title);
		for (size_t i = 0; i < (*group)->count; i++)
			row_print(&(*group)->rows[i], defaults, &help);
	}
	row_print(&help_row, NULL, &help);
	row_print(&option_version_row, NULL, &help);
	examples_print(table->examples, help.width, out);
}
