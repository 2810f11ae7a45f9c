#include "bench/report/overview.h"

#include "bench/report/overview_columns.h"
#include "bench/report/paragraph.h"
#include "common/bounded_text.h"
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#define CELL_MAX 160
#define GAP_USUAL 2
#define GAP_NARROW 1
/* So many columns go before the blanks between columns do. */
#define NARROW_FIRST 2
#define GAUGE_LONG 10
#define GAUGE_SHORT 5
#define BAND_INDENT 4
/* Less room does not tell a reason. */
#define REASON_LEAST 24
/* A name that is longer is cut where the line would not fit. */
#define NAME_LEAST 12

struct overview_row {
	const struct outcome *outcome;
	char cells[OVERVIEW_COLUMNS_MAX][CELL_MAX];
};

struct overview {
	const json_t *result;
	const struct look *look;
	struct outcomes outcomes;
	struct overview_column columns[OVERVIEW_COLUMNS_MAX];
	size_t column_count;
	size_t gauge, gap, width;
	bool is_chosen; /* --columns: nothing is left out */
	struct overview_row *rows;
	size_t widths[OVERVIEW_COLUMNS_MAX];
	const char *left_out[OVERVIEW_COLUMNS_MAX];
	size_t left_out_count;
};

static size_t longer(size_t a, size_t b)
{
	return a > b ? a : b;
}

static bool has_figures(const struct outcome *outcome)
{
	return outcome->valid > 0;
}

/* Whether the row shows the cell: of one without a valid trial only what the strategy is. */
static bool is_shown(const struct overview *table, const struct overview_row *row, size_t column)
{
	return table->is_chosen || has_figures(row->outcome) || table->columns[column].is_identity;
}

static void rows_fill(struct overview *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		table->widths[c] = longer(look_width(table->columns[c].heading[0]),
			look_width(table->columns[c].heading[1]));
	for (size_t r = 0; r < table->outcomes.count; r++) {
		struct overview_row *row = &table->rows[r];
		row->outcome = &table->outcomes.list[r];
		struct overview_source source = {
			table->result, row->outcome, table->look, table->gauge};
		for (size_t c = 0; c < table->column_count; c++) {
			overview_cell_write(&table->columns[c], &source, row->cells[c], CELL_MAX);
			if (is_shown(table, row, c))
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

static size_t column_at(const struct overview *table, const char *name)
{
	for (size_t c = 0; c < table->column_count; c++)
		if (strcmp(table->columns[c].name, name) == 0)
			return c;
	return table->column_count;
}

static void column_remove(struct overview *table, const char *name)
{
	size_t column = column_at(table, name);
	if (column == table->column_count)
		return;
	table->left_out[table->left_out_count++] = table->columns[column].heading[0][0]
							   ? table->columns[column].heading[0]
							   : table->columns[column].heading[1];
	memmove(&table->columns[column], &table->columns[column + 1],
		(--table->column_count - column) * sizeof(table->columns[0]));
}

/* First the gauge gets shorter, then columns go, then the gauge and blanks, then a long name is
 * cut.
 */
static void table_fit(struct overview *table)
{
	rows_fill(table);
	if (line_width(table) > table->width) {
		table->gauge = GAUGE_SHORT;
		rows_fill(table);
	}
	for (size_t i = 0; overview_columns_narrow[i] && line_width(table) > table->width; i++) {
		if (i == NARROW_FIRST)
			table->gap = GAP_NARROW;
		if (i == NARROW_FIRST && line_width(table) <= table->width)
			break;
		column_remove(table, overview_columns_narrow[i]);
		rows_fill(table);
	}
	if (line_width(table) > table->width) {
		table->gauge = 0;
		rows_fill(table);
	}
	size_t name = column_at(table, "strategy"), too_wide = line_width(table);
	if (too_wide > table->width && name < table->column_count) {
		too_wide -= table->width;
		table->widths[name] = table->widths[name] > NAME_LEAST + too_wide
					      ? table->widths[name] - too_wide
					      : NAME_LEAST;
	}
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

/* Where the band that begins at `from` ends: all that fit. */
static size_t band_end(const struct overview *table, size_t from)
{
	size_t used = from ? BAND_INDENT : 0, c = from;
	for (; c < table->column_count && (c == from || used + table->widths[c] <= table->width);
		c++)
		used += table->widths[c] + table->gap;
	return c;
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
		to = band_end(table, from);
		for (size_t line = 0; line < OVERVIEW_HEADING_LINES; line++) {
			if (heading_is_empty(table, from, to, line))
				continue;
			fprintf(out, "%*s", from ? BAND_INDENT : 0, "");
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
	size_t used = from ? BAND_INDENT : 0;
	const struct overview_row *own = &table->rows[row];
	enum outcome_holder holder = own->outcome->holder;
	bool is_first = row == 0 || table->rows[row - 1].outcome->holder != holder;
	fprintf(out, "%*s", from ? BAND_INDENT : 0, "");
	for (size_t c = from; c < to && is_shown(table, own, c); c++) {
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
		to = band_end(table, from);
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
	fprintf(out, "%*s", BAND_INDENT, "");
	reason_print(table, outcome, table->width - BAND_INDENT, out);
}

/* What the words in the table mean, of those that are there. */
static void legend_print(const struct overview *table, FILE *out)
{
	char text[512] = "";
	size_t used = 0;
	unsigned prices = 0;
	for (size_t r = 0; r < table->outcomes.count; r++)
		if (!(table->outcomes.list[r].price & OUTCOME_UNDECLARED))
			prices |= table->outcomes.list[r].price;
	if (column_at(table, "gives_up") < table->column_count && (prices & OUTCOME_GIVES_TAIL))
		used += bounded_text_write(text, sizeof(text), "tail: the end of a response. ");
	if (column_at(table, "gives_up") < table->column_count && (prices & OUTCOME_GIVES_GUARD))
		used += bounded_text_write(text + used, sizeof(text) - used,
			"guard: protection from segments of an earlier connection. ");
	for (size_t i = 0; i < table->left_out_count; i++)
		used += bounded_text_write(text + used, sizeof(text) - used, "%s%s",
			i ? ", " : "Too narrow for: ", table->left_out[i]);
	if (table->left_out_count)
		bounded_text_write(text + used, sizeof(text) - used, " (--columns, --wide).");
	if (text[0])
		paragraph_print(text, table->width, out);
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

int overview_columns_check(const char *columns, struct error *error)
{
	struct overview table = {.column_count = 0};
	return columns_choose(&table, columns, error);
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

static void table_print(struct overview *table, FILE *out)
{
	size_t rate = column_at(table, "rate");
	if (rate < table->column_count && strcmp(table->outcomes.rate, "rate_per_s") == 0)
		table->columns[rate].heading[0] = "conn";
	if (table->is_chosen)
		rows_fill(table);
	else
		table_fit(table);
	heading_print(table, out);
	for (size_t r = 0; r < table->outcomes.count; r++)
		row_print(table, r, out);
	legend_print(table, out);
}

void overview_print(
	const json_t *result, const char *columns, size_t width, const struct look *look, FILE *out)
{
	struct error ignored;
	struct overview table = {
		.result = result,
		.look = look,
		.gauge = GAUGE_LONG,
		.gap = GAP_USUAL,
		.width = columns || width < OVERVIEW_WIDTH_MAX ? width : OVERVIEW_WIDTH_MAX,
		.outcomes = outcomes_of(result),
	};
	table.rows = calloc(table.outcomes.count + 1, sizeof(*table.rows));
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	if (table.rows && lines && columns_choose(&table, columns, &ignored) == 0)
		table_print(&table, lines);
	if (lines && fclose(lines) == 0)
		trimmed_print(text, out);
	free(text);
	free(table.rows);
	outcomes_finish(&table.outcomes);
}
