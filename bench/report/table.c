#include "bench/report/table.h"

#include "bench/report/columns.h"
#include "bench/result/json_path.h"

#include <assert.h>
#include <stdbool.h>
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
	json_t *valid = json_path_trials(result, strategy, true);
	json_t *all = json_path_trials(result, strategy, false);
	for (size_t c = 0; c < column_count; c++) {
		bool of_all = columns[c].of_all || json_array_size(valid) == 0;
		column_write(
			&columns[c], of_all ? all : valid, row->cells[c], sizeof(row->cells[c]));
	}
	json_decref(valid);
	json_decref(all);
}

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void cells_print(const struct row *row, const size_t *widths, size_t from, size_t to,
	size_t indent, FILE *out)
{
	fprintf(out, "%*s", (int)indent, "");
	for (size_t c = from; c < to; c++) {
		bool left = columns[c].left, last = c + 1 == to;
		fprintf(out, left ? "%s%-*s" : "%s%*s", c > from ? "  " : "",
			left && last ? 0 : (int)widths[c], row->cells[c]);
	}
	fputc('\n', out);
}

/* Where the band that begins at `from` ends: all that fit, or before the column that begins
 * another. */
static size_t band_end(const size_t *widths, size_t from, size_t indent, size_t width)
{
	size_t used = indent, c = from, natural = 0;
	for (; c < column_count && (c == from || used + widths[c] <= width); c++) {
		if (c > from && columns[c].begins_band)
			natural = c;
		used += widths[c] + 2;
	}
	return c < column_count && natural ? natural : c;
}

static void widths_measure(const struct row *lines, size_t count, size_t *widths)
{
	for (size_t c = 0; c < column_count; c++) {
		widths[c] = 0;
		for (size_t l = 0; l < count; l++)
			widths[c] = longer(widths[c], strlen(lines[l].cells[c]));
	}
}

/* Band after band: these lines are whole in one band before the next band's begin. */
static void bands_print(
	const struct row *lines, size_t count, const size_t *widths, size_t width, FILE *out)
{
	for (size_t from = 0, to; from < column_count; from = to) {
		size_t indent = from ? BAND_INDENT : 0;
		to = band_end(widths, from, indent, width);
		for (size_t l = 0; l < count; l++)
			cells_print(&lines[l], widths, from, to, indent, out);
	}
}

static void headings_fill(struct row *lines)
{
	for (size_t l = 0; l < HEADING_LINES; l++)
		for (size_t c = 0; c < column_count; c++)
			column_heading(&columns[c], l, lines[l].cells[c], CELL_MAX);
}

void table_print(const json_t *result, size_t width, FILE *out)
{
	size_t i, widths[COLUMNS_MAX] = {0};
	json_t *entry, *summary = json_object_get(result, "summary");
	size_t count = HEADING_LINES + json_array_size(summary);
	struct row *lines = calloc(count, sizeof(*lines));
	if (!lines)
		return;
	assert(column_count <= COLUMNS_MAX);
	headings_fill(lines);
	json_array_foreach(summary, i, entry)
		row_fill(&lines[HEADING_LINES + i], result, json_path_text(entry, "strategy"));
	widths_measure(lines, count, widths);
	bands_print(lines, HEADING_LINES, widths, width, out);
	for (size_t l = HEADING_LINES; l < count; l++)
		bands_print(&lines[l], 1, widths, width, out);
	free(lines);
}
