#include "bench/report/overview_layout.h"

#include "bench/report/overview.h"
#include "bench/report/overview_mark.h"
#include "bench/result/upstream.h"
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#define GAP_USUAL 2
#define GAP_NARROW 1
/* So many columns go before the blanks between columns do. */
#define NARROW_FIRST 2
#define GAUGE_LONG 10
#define GAUGE_SHORT 5
/* A name that is longer is cut where the line would not fit; then, if it has to be, to the least.
 */
#define NAME_USUAL 20
/* As long as a strategy's name may be; that of a server may be longer. */
#define NAME_WHOLE 31
#define NAME_LEAST 12
/* No wider than this, however wide the terminal is: a line is read at a glance. */
#define WIDTH_MAX 100

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

bool overview_is_shown(const struct overview *table, const struct overview_row *row, size_t column)
{
	return table->is_chosen || row->outcome->valid > 0 || table->columns[column].is_identity;
}

static void rows_fill(struct overview *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		table->widths[c] = longer(look_width(table->columns[c].heading[0]),
			look_width(table->columns[c].heading[1]));
	for (size_t r = 0; r < table->outcomes->count; r++) {
		struct overview_row *row = &table->rows[r];
		row->outcome = &table->outcomes->list[r];
		struct overview_source source = {table->result, table->behind, row->outcome,
			table->look, table->gauge, table->name_most};
		for (size_t c = 0; c < table->column_count; c++) {
			overview_cell_write(
				&table->columns[c], &source, row->cells[c], OVERVIEW_CELL_MAX);
			if (overview_is_shown(table, row, c))
				table->widths[c] =
					longer(table->widths[c], look_width(row->cells[c]));
		}
	}
}

static size_t line_width(const struct overview *table)
{
	size_t width = 0;
	for (size_t c = 0; c < table->column_count; c++)
		width += table->widths[c] + (c ? table->gap : 0);
	return width;
}

size_t overview_column_at(const struct overview *table, const char *name)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (strcmp(table->columns[c].name, name) == 0)
			return c;
	return table->column_count;
}

static void column_remove(struct overview *table, const char *name)
{
	size_t column = overview_column_at(table, name);
	if (column == table->column_count)
		return;
	table->left_out[table->left_out_count++] = table->columns[column].heading[0][0]
							   ? table->columns[column].heading[0]
							   : table->columns[column].heading[1];
	memmove(&table->columns[column], &table->columns[column + 1],
		(--table->column_count - column) * sizeof(table->columns[0]));
}

static bool is_too_wide(const struct overview *table)
{
	return line_width(table) + (table->mark ? table->gap + table->mark : 0) > table->width;
}

/* The widest mark of rows that have figures before it. */
static size_t mark_width(const struct overview *table)
{
	size_t most = 0;
	for (size_t r = 0; r < table->outcomes->count; r++) {
		const struct outcome *outcome = &table->outcomes->list[r];
		if (outcome->valid > 0 && outcome->valid < outcome->trials)
			most = longer(most, overview_mark_least(outcome));
	}
	return most;
}

/* Long names get short; where two would be alike then, none of a strategy is cut. */
static void names_shorten(struct overview *table)
{
	size_t name = overview_column_at(table, "strategy");
	table->name_most = NAME_USUAL;
	rows_fill(table);
	for (size_t r = 0; r < table->outcomes->count; r++)
		for (size_t other = 0; other < r; other++)
			if (strcmp(table->rows[r].cells[name], table->rows[other].cells[name]) == 0)
				table->name_most = NAME_WHOLE;
	rows_fill(table);
}

/* First the gauge gets shorter, then long names do. */
static void table_tighten(struct overview *table)
{
	table->gauge = GAUGE_LONG;
	table->name_most = 0;
	rows_fill(table);
	if (is_too_wide(table)) {
		table->gauge = GAUGE_SHORT;
		rows_fill(table);
	}
	if (is_too_wide(table))
		names_shorten(table);
}

/* Whether all columns fit, with a mark of so many columns. Blanks between columns go for a mark. */
static bool marks_fit(struct overview *table, size_t mark)
{
	table->mark = mark;
	for (table->gap = GAP_USUAL; table->gap >= GAP_NARROW; table->gap--) {
		table_tighten(table);
		if (!is_too_wide(table))
			return true;
		if (mark == 0)
			return false;
	}
	return false;
}

/* Columns go; before the third one, blanks between columns do. */
static void columns_leave(struct overview *table)
{
	for (size_t i = 0; overview_columns_narrow[i] && is_too_wide(table); i++) {
		if (i == NARROW_FIRST)
			table->gap = GAP_NARROW;
		if (i == NARROW_FIRST && !is_too_wide(table))
			break;
		column_remove(table, overview_columns_narrow[i]);
		rows_fill(table);
	}
}

/* The gauge goes, then names get as short as it takes. */
static void cells_shorten(struct overview *table)
{
	if (is_too_wide(table)) {
		table->gauge = 0;
		rows_fill(table);
	}
	if (is_too_wide(table)) {
		size_t own = table->widths[overview_column_at(table, "strategy")];
		size_t rest = line_width(table) - own;
		size_t room = table->width > rest ? table->width - rest : 0;
		table->name_most = longer(room, NAME_LEAST);
		rows_fill(table);
	}
}

/* A mark never takes a column's place: it goes below its row. */
static void table_fit(struct overview *table)
{
	if (marks_fit(table, mark_width(table)) || marks_fit(table, 0))
		return;
	columns_leave(table);
	cells_shorten(table);
}

size_t overview_band_end(const struct overview *table, size_t from)
{
	size_t used = from ? OVERVIEW_BAND_INDENT : 0, c = from;
	for (; c < table->column_count && (c == from || used + table->widths[c] <= table->width);
		c++)
		used += table->widths[c] + table->gap;
	return c;
}

/* Sets the columns from their names; all where there are none. Returns 0 or -1. */
static int columns_choose(struct overview *table, const char *names, struct error *error)
{
	char *copy = names ? strdup(names) : NULL, *rest = copy;
	table->is_chosen = names != NULL;
	if (!names) {
		memcpy(table->columns, overview_columns,
			overview_column_count * sizeof(overview_columns[0]));
		table->column_count = overview_column_count;
		return 0;
	}
	overview_column_find("strategy", &table->columns[table->column_count++], NULL);
	int result = 0;
	for (char *name; copy && result == 0 && (name = options_next_name(&rest));) {
		struct overview_column *column = &table->columns[table->column_count];
		if (strcmp(name, "strategy") == 0)
			continue;
		if (table->column_count == OVERVIEW_COLUMNS_MAX)
			result = error_set(error, STATUS_USAGE, "--columns: at most %d columns",
				OVERVIEW_COLUMNS_MAX);
		else if (overview_column_find(name, column, error))
			table->column_count++;
		else
			result = -1;
	}
	free(copy);
	return result;
}

static bool has_column_behind(const struct overview *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (table->columns[c].is_behind)
			return true;
	return false;
}

int overview_columns_check(const char *columns, bool has_proxy, struct error *error)
{
	struct overview table = {.column_count = 0};
	if (columns_choose(&table, columns, error) == -1)
		return -1;
	return has_proxy || !has_column_behind(&table)
		       ? 0
		       : error_set(
				 error, STATUS_USAGE, "--columns %s: " RESULT_NO_UPSTREAM, columns);
}

int overview_init(struct overview *table, const json_t *result, const struct outcomes *outcomes,
	const char *columns, size_t width, const struct look *look, struct error *error)
{
	*table = (struct overview){
		.result = result,
		.look = look,
		.gauge = GAUGE_LONG,
		.gap = GAP_USUAL,
		.width = columns || width < WIDTH_MAX ? width : WIDTH_MAX,
		.outcomes = outcomes,
	};
	table->rows = calloc(table->outcomes->count + 1, sizeof(*table->rows));
	if (!table->rows)
		return error_set(error, STATUS_FAILED, "no memory for the table");
	if (columns_choose(table, columns, error) == -1)
		return -1;
	if (has_column_behind(table))
		table->behind = result_upstream(result);
	size_t rate = overview_column_at(table, "rate");
	if (rate < table->column_count && strcmp(table->outcomes->rate, "rate_per_s") == 0)
		table->columns[rate].heading[0] = "conn";
	if (table->is_chosen)
		rows_fill(table);
	else
		table_fit(table);
	return 0;
}

void overview_finish(struct overview *table)
{
	free(table->rows);
	json_decref(table->behind);
}
