/* The text of --help: options aligned, with their defaults, wrapped at 100 columns. */
#include "common/bounded_text.h"
#include "common/options.h"

#include <string.h>

#define COLUMNS 100
/* A longer label stands on a line of its own. */
#define LABEL_MAX 36

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

/* Writes the words of `text` between column `indent` and the end of the line. */
static void text_wrap(const char *text, size_t indent, size_t *column, FILE *out)
{
	while (*(text += strspn(text, " ")) != '\0') {
		size_t bytes = strcspn(text, " ");
		size_t width = text_width(text, bytes);
		if (*column > indent && *column + 1 + width > COLUMNS) {
			fputc('\n', out);
			*column = 0;
		} else if (*column > indent) {
			fputc(' ', out);
			*column += 1;
		}
		if (*column < indent)
			*column += (size_t)fprintf(out, "%*s", (int)(indent - *column), "");
		fwrite(text, 1, bytes, out);
		*column += width;
		text += bytes;
	}
}

static void row_print(const struct option_row *row, const void *defaults, size_t indent, FILE *out)
{
	char label[128], value[512];
	label_write(row, label, sizeof(label));
	size_t column = text_width(label, strlen(label));
	fputs(label, out);
	if (column + 2 > indent) {
		fputc('\n', out);
		column = 0;
	}
	options_write_default(row, defaults, value, sizeof(value));
	text_wrap(row->help, indent, &column, out);
	text_wrap(value, indent, &column, out);
	fputc('\n', out);
}

const struct option_row option_help_row = {
	.name = "help", .kind = OPTION_FLAG, .help = "Shows this and exits."};
const struct option_row option_version_row = {
	.name = "version", .kind = OPTION_FLAG, .help = "Shows the version and exits."};

static size_t label_columns(const struct option_table *table)
{
	size_t widest = strlen("      --version");
	for (size_t i = 0; i < table->count; i++) {
		char label[128];
		label_write(&table->rows[i], label, sizeof(label));
		size_t width = text_width(label, strlen(label));
		if (width > widest && width <= LABEL_MAX)
			widest = width;
	}
	return widest;
}

char options_help_letter(const struct option_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].letter == 'h')
			return 0;
	return 'h';
}

static void examples_print(const char *examples, FILE *out)
{
	if (!examples)
		return;
	fputs("\nexamples:\n", out);
	while (*examples) {
		size_t length = strcspn(examples, "\n");
		fprintf(out, "  %.*s\n", (int)length, examples);
		examples += length + (examples[length] == '\n');
	}
}

void options_print_help(const struct option_table *table, const void *defaults, FILE *out)
{
	struct option_row help = option_help_row;
	size_t indent = label_columns(table) + 2;
	fprintf(out, "usage: %s%s%s\n", table->program, table->usage ? " " : "",
		table->usage ? table->usage : "");
	if (table->about)
		fprintf(out, "\n%s\n", table->about);
	fputs("\noptions:\n", out);
	help.letter = options_help_letter(table);
	for (size_t i = 0; i < table->count; i++)
		row_print(&table->rows[i], defaults, indent, out);
	row_print(&help, NULL, indent, out);
	row_print(&option_version_row, NULL, indent, out);
	examples_print(table->examples, out);
}
