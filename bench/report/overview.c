#include "bench/report/overview.h"

#include "bench/report/overview_layout.h"
#include "bench/report/overview_legend.h"
#include "common/bounded_text.h"

#include <stdlib.h>
#include <string.h>

/* Less room does not tell a reason. */
#define REASON_LEAST 24

static bool has_figures(const struct outcome *outcome)
{
	return outcome->valid > 0;
}

static void cell_print(const struct overview *table, const char *text, size_t column, bool is_last,
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
	fprintf(out, "%*s", left && !is_last ? (int)blank : 0, "");
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
				cell_print(table, table->columns[c].heading[line], c, c + 1 == to,
					LOOK_PLAIN, out);
			}
			fputc('\n', out);
		}
	}
}

static void reason_print(
	const struct overview *table, const struct outcome *outcome, size_t room, FILE *out)
{
	char text[1024];
	bounded_text_write(text, sizeof(text), "INVALID %zu of %zu%s%s",
		outcome->trials - outcome->valid, outcome->trials, outcome->reason ? ": " : "",
		outcome->reason ? outcome->reason : "");
	look_colour(table->look, LOOK_BAD, out);
	look_cut(table->look, text, room, out);
	look_colour(table->look, LOOK_PLAIN, out);
	fputc('\n', out);
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
		bool is_last = c + 1 == to && has_figures(own->outcome);
		fprintf(out, "%*s", c > from ? (int)table->gap : 0, "");
		cell_print(table, is_holder && !is_first ? "" : own->cells[c], c, is_last,
			is_holder && is_first ? overview_colours[holder] : LOOK_PLAIN, out);
		used += table->widths[c] + (c > from ? table->gap : 0);
	}
	return used;
}

/* A row that has no valid trial says so in the place of its figures; another one, below them. */
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
	bool is_in_row = !has_figures(outcome) && !table->is_chosen &&
			 used + table->gap + REASON_LEAST <= table->width;
	if (is_in_row) {
		fprintf(out, "%*s", (int)table->gap, "");
		reason_print(table, outcome, table->width - used - table->gap, out);
		return;
	}
	fputc('\n', out);
	if (outcome->valid == outcome->trials)
		return;
	fprintf(out, "%*s", OVERVIEW_BAND_INDENT, "");
	reason_print(table, outcome, table->width - OVERVIEW_BAND_INDENT, out);
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

static void table_print(const struct overview *table, FILE *out)
{
	heading_print(table, out);
	for (size_t r = 0; r < table->outcomes.count; r++)
		row_print(table, r, out);
	overview_legend_print(table, out);
}

void overview_print(
	const json_t *result, const char *columns, size_t width, const struct look *look, FILE *out)
{
	struct overview table;
	struct error ignored;
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	if (overview_init(&table, result, columns, width, look, &ignored) == 0 && lines)
		table_print(&table, lines);
	if (lines && fclose(lines) == 0)
		trimmed_print(text, out);
	free(text);
	overview_finish(&table);
}
