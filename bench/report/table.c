#include "bench/report/table.h"

#include "bench/report/columns.h"
#include "bench/result/json_path.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX 160
#define COLUMNS_MAX 48
#define BAND_INDENT 4

struct row {
	char cells[COLUMNS_MAX][CELL_MAX];
};

struct table {
	const struct column *columns[COLUMNS_MAX]; /* those that are shown */
	size_t column_count;
	struct row *lines; /* of the heading, then one a strategy */
	size_t line_count;
	size_t widths[COLUMNS_MAX];
};

/* Medians are of valid trials; where there are none, of all, and the row says 0 valid. */
static void row_fill(
	const struct table *table, struct row *row, const json_t *result, const char *strategy)
{
	json_t *valid = json_path_trials(result, strategy, true);
	json_t *all = json_path_trials(result, strategy, false);
	for (size_t c = 0; c < table->column_count; c++) {
		bool of_all = table->columns[c]->of_all || json_array_size(valid) == 0;
		column_write(table->columns[c], of_all ? all : valid, row->cells[c],
			sizeof(row->cells[c]));
	}
	json_decref(valid);
	json_decref(all);
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void cells_print(const struct table *table, const struct row *row, size_t from, size_t to,
	size_t indent, FILE *out)
{
	fprintf(out, "%*s", (int)indent, "");
	for (size_t c = from; c < to; c++) {
		bool left = table->columns[c]->left, last = c + 1 == to;
		fprintf(out, left ? "%s%-*s" : "%s%*s", c > from ? "  " : "",
			left && last ? 0 : (int)table->widths[c], row->cells[c]);
	}
	fputc('\n', out);
}

/* Where the band that begins at `from` ends: all that fit, or before the column that begins
 * another, unless that leaves most of the line empty. */
static size_t band_end(const struct table *table, size_t from, size_t indent, size_t width)
{
	size_t used = indent, c = from, natural = 0;
	for (; c < table->column_count && (c == from || used + table->widths[c] <= width); c++) {
		if (c > from && table->columns[c]->begins_band && used > width / 2)
			natural = c;
		used += table->widths[c] + 2;
	}
	return c < table->column_count && natural ? natural : c;
}

static void widths_measure(struct table *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		for (size_t l = 0; l < table->line_count; l++)
			table->widths[c] =
				longer(table->widths[c], strlen(table->lines[l].cells[c]));
}

/* A line of the heading in which none of these columns has a word. */
static bool is_empty(const struct row *row, size_t from, size_t to)
{
	for (size_t c = from; c < to; c++)
		if (row->cells[c][0])
			return false;
	return true;
}

/* Band after band: these lines are whole in one band before the next band's begin. */
static void bands_print(
	const struct table *table, const struct row *lines, size_t count, size_t width, FILE *out)
{
	for (size_t from = 0, to; from < table->column_count; from = to) {
		size_t indent = from ? BAND_INDENT : 0;
		to = band_end(table, from, indent, width);
		for (size_t l = 0; l < count; l++)
			if (!is_empty(&lines[l], from, to))
				cells_print(table, &lines[l], from, to, indent, out);
	}
}

static void lines_fill(struct table *table, const json_t *result)
{
	size_t i;
	json_t *entry;
	for (size_t l = 0; l < HEADING_LINES; l++)
		for (size_t c = 0; c < table->column_count; c++)
			column_heading(table->columns[c], l, table->lines[l].cells[c], CELL_MAX);
	json_array_foreach(json_object_get(result, "summary"), i, entry) row_fill(
		table, &table->lines[HEADING_LINES + i], result, json_path_text(entry, "strategy"));
}

/* Nothing but zeroes, and what is not known. */
static bool cell_is_empty(const char *cell)
{
	return strspn(cell, "0-/") == strlen(cell);
}

static bool column_is_empty(const struct table *table, size_t column)
{
	for (size_t l = HEADING_LINES; l < table->line_count; l++)
		if (!cell_is_empty(table->lines[l].cells[column]))
			return false;
	return true;
}

static void column_remove(struct table *table, size_t column)
{
	size_t behind = --table->column_count - column;
	memmove(&table->columns[column], &table->columns[column + 1],
		behind * sizeof(table->columns[0]));
	for (size_t l = 0; l < table->line_count; l++)
		memmove(table->lines[l].cells[column], table->lines[l].cells[column + 1],
			behind * sizeof(table->lines[l].cells[0]));
}

void table_print(const json_t *result, size_t width, FILE *out)
{
	struct table table = {
		.line_count = HEADING_LINES + json_array_size(json_object_get(result, "summary"))};
	table.lines = calloc(table.line_count, sizeof(*table.lines));
	if (!table.lines)
		return;
	assert(column_count <= COLUMNS_MAX);
	for (size_t c = 0; c < column_count; c++)
		table.columns[table.column_count++] = &columns[c];
	lines_fill(&table, result);
	for (size_t c = table.column_count; c-- > 0;)
		if (table.columns[c]->only_if_any && column_is_empty(&table, c))
			column_remove(&table, c);
	widths_measure(&table);
	bands_print(&table, table.lines, HEADING_LINES, width, out);
	for (size_t l = HEADING_LINES; l < table.line_count; l++)
		bands_print(&table, &table.lines[l], 1, width, out);
	free(table.lines);
}
