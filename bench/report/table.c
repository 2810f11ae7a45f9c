#include "bench/report/table.h"
#include "bench/result/view.h"

#include <stdlib.h>
#include <string.h>

#define CELL_MAX 160
#define COLUMNS_MAX 32
#define BAND_INDENT 4

struct row {
	char cells[COLUMNS_MAX][CELL_MAX];
};

/* Medians are of valid trials; where there are none, of all, and the row says 0 valid. */
static void row_fill(struct row *row, const json_t *result, const char *strategy)
{
	json_t *valid = view_trials(result, strategy, true);
	json_t *all = view_trials(result, strategy, false);
	for (size_t c = 0; c < table_column_count; c++) {
		bool of_all = table_columns[c].of_all || json_array_size(valid) == 0;
		table_columns[c].write(of_all ? all : valid, row->cells[c], sizeof(row->cells[c]));
	}
	json_decref(valid);
	json_decref(all);
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void cells_print(const char *const *cells, const size_t *widths, size_t from, size_t to,
	size_t indent, FILE *out)
{
	fprintf(out, "%*s", (int)indent, "");
	for (size_t c = from; c < to; c++) {
		bool left = table_columns[c].left, last = c + 1 == to;
		fprintf(out, left ? "%s%-*s" : "%s%*s", c > from ? "  " : "",
			left && last ? 0 : (int)widths[c], cells[c]);
	}
	fputc('\n', out);
}

/* Where the band that begins at `from` ends: all that fit, or before the column that begins
 * another. */
static size_t band_end(const size_t *widths, size_t from, size_t indent, size_t width)
{
	size_t used = indent, c = from, natural = 0;
	for (; c < table_column_count && (c == from || used + widths[c] <= width); c++) {
		if (c > from && table_columns[c].begins_band)
			natural = c;
		used += widths[c] + 2;
	}
	return c < table_column_count && natural ? natural : c;
}

static void widths_measure(const struct row *rows, size_t count, size_t *widths)
{
	for (size_t c = 0; c < table_column_count; c++) {
		widths[c] = 0;
		for (size_t h = 0; h < HEADING_LINES; h++)
			widths[c] = longer(widths[c], strlen(table_columns[c].heading[h]));
		for (size_t r = 0; r < count; r++)
			widths[c] = longer(widths[c], strlen(rows[r].cells[c]));
	}
}

/* Lines `count` of cells, band after band: a heading is whole before the next band's begins. */
static void bands_print(const char *const (*lines)[COLUMNS_MAX], size_t count, const size_t *widths,
	size_t width, FILE *out)
{
	for (size_t from = 0, to; from < table_column_count; from = to) {
		size_t indent = from ? BAND_INDENT : 0;
		to = band_end(widths, from, indent, width);
		for (size_t line = 0; line < count; line++)
			cells_print(lines[line], widths, from, to, indent, out);
	}
}

static void rows_print(const struct row *rows, size_t count, size_t width, FILE *out)
{
	size_t widths[COLUMNS_MAX];
	const char *lines[HEADING_LINES][COLUMNS_MAX];
	widths_measure(rows, count, widths);
	for (size_t h = 0; h < HEADING_LINES; h++)
		for (size_t c = 0; c < table_column_count; c++)
			lines[h][c] = table_columns[c].heading[h];
	bands_print(lines, HEADING_LINES, widths, width, out);
	for (size_t r = 0; r < count; r++) {
		for (size_t c = 0; c < table_column_count; c++)
			lines[0][c] = rows[r].cells[c];
		bands_print(lines, 1, widths, width, out);
	}
}

void table_print(const json_t *result, size_t width, FILE *out)
{
	size_t i, count = 0;
	json_t *entry, *summary = json_object_get(result, "summary");
	struct row *rows = calloc(json_array_size(summary) + 1, sizeof(*rows));
	if (!rows)
		return;
	json_array_foreach(summary, i, entry) row_fill(
		&rows[count++], result, json_string_value(json_object_get(entry, "strategy")));
	rows_print(rows, count, width, out);
	free(rows);
}
