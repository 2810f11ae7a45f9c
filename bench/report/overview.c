#include "bench/report/overview.h"

#include "bench/report/overview_layout.h"
#include "bench/report/overview_legend.h"
#include "bench/report/overview_mark.h"
#include "bench/report/printed.h"

#include <stdlib.h>
#include <string.h>

static void cell_print(const struct overview *table, const char *text, size_t column,
	enum look_colour colour, FILE *out)
{
	size_t width = table->widths[column], own = look_width(text);
	size_t blank = own < width ? width - own : 0;
	bool left = table->columns[column].left;
	fprintf(out, "%*s", left ? 0 : (int)blank, "");
	if (colour != LOOK_PLAIN)
		look_colour(table->look, colour, out);
	look_cut(table->look, text, width, out);
	if (colour != LOOK_PLAIN)
		look_colour(table->look, LOOK_PLAIN, out);
	fprintf(out, "%*s", left ? (int)blank : 0, "");
}

static bool heading_is_empty(const struct overview *table, size_t from, size_t to, size_t line)
{
	for (size_t c = from; c < to; c++)
		if (table->columns[c].heading[line][0])
			return false;
	return true;
}

static void heading_print(const struct overview *table, FILE *out)
{
	for (size_t from = 0, to; from < table->column_count; from = to) {
		to = overview_band_end(table, from);
		for (size_t line = 0; line < OVERVIEW_HEADING_LINES; line++) {
			if (heading_is_empty(table, from, to, line))
				continue;
			fprintf(out, "%*s", from ? OVERVIEW_BAND_INDENT : 0, "");
			for (size_t c = from; c < to; c++) {
				fprintf(out, "%*s", c > from ? (int)table->gap : 0, "");
				cell_print(
					table, table->columns[c].heading[line], c, LOOK_PLAIN, out);
			}
			fputc('\n', out);
		}
	}
}

/* Returns the columns of the line that were used. */
static size_t band_print(
	const struct overview *table, size_t row, size_t from, size_t to, FILE *out)
{
	size_t used = from ? OVERVIEW_BAND_INDENT : 0;
	const struct overview_row *own = &table->rows[row];
	enum outcome_holder holder = own->outcome->holder;
	bool is_first = row == 0 || table->rows[row - 1].outcome->holder != holder;
	fprintf(out, "%*s", from ? OVERVIEW_BAND_INDENT : 0, "");
	for (size_t c = from; c < to && overview_is_shown(table, own, c); c++) {
		bool is_holder = strcmp(table->columns[c].name, "time_wait_at") == 0;
		fprintf(out, "%*s", c > from ? (int)table->gap : 0, "");
		cell_print(table, is_holder && !is_first ? "" : own->cells[c], c,
			is_holder && is_first ? overview_colours[holder] : LOOK_PLAIN, out);
		used += table->widths[c] + (c > from ? table->gap : 0);
	}
	return used;
}

/* Trials that do not count are told at the end of their row; below it, where that has no room. */
static void row_print(const struct overview *table, size_t row, FILE *out)
{
	size_t used = 0;
	const struct outcome *outcome = table->rows[row].outcome;
	for (size_t from = 0, to; from < table->column_count; from = to) {
		to = overview_band_end(table, from);
		used = band_print(table, row, from, to, out);
		if (to < table->column_count)
			fputc('\n', out);
	}
	used += table->gap;
	size_t room = used < table->width ? table->width - used : 0;
	if (outcome->valid < outcome->trials && room < overview_mark_least(outcome)) {
		fprintf(out, "\n%*s", OVERVIEW_BAND_INDENT, "");
		overview_mark_print(table, outcome, table->width - OVERVIEW_BAND_INDENT, out);
	} else if (outcome->valid < outcome->trials) {
		fprintf(out, "%*s", (int)table->gap, "");
		overview_mark_print(table, outcome, room, out);
	}
	fputc('\n', out);
}

/* Blanks at the end of a line are of columns that have nothing to say. */
static void trimmed_print(char *text, FILE *out)
{
	for (char *line; text && *text && (line = strsep(&text, "\n"));) {
		size_t length = strlen(line);
		while (length > 0 && line[length - 1] == ' ')
			length--;
		fprintf(out, "%.*s\n", (int)length, line);
	}
}

static void table_print(const void *what, FILE *out)
{
	const struct overview *table = what;
	heading_print(table, out);
	for (size_t r = 0; r < table->outcomes->count; r++)
		row_print(table, r, out);
	overview_legend_print(table, out);
}

void overview_print(const json_t *result, const struct outcomes *outcomes, const char *columns,
	size_t width, const struct look *look, FILE *out)
{
	struct overview table;
	struct error ignored;
	char *text = NULL;
	if (overview_init(&table, result, outcomes, columns, width, look, &ignored) == 0)
		text = printed(table_print, &table);
	if (text)
		trimmed_print(text, out);
	free(text);
	overview_finish(&table);
}
