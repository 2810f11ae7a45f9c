#include "bench/report/comparison_table.h"

#include "bench/report/detectable_text.h"
#include "bench/report/paragraph.h"
#include "bench/result/figure_text.h"
#include "bench/result/limit.h"
#include "common/bounded_text.h"

#include <math.h>
#include <string.h>

#define CELL_MAX 80
#define LINE_MAX_BYTES 400
/* Blanks before each column. */
#define GAP 2

/* What one unit of a difference is multiplied by, to be percent of A's median where that is not 0.
 */
static double unit_of(const struct comparison_row *row, bool *is_percent)
{
	*is_percent = row->a > 0 || row->a < 0;
	return *is_percent ? 100 / fabs(row->a) : 1;
}

/* "+0.3", "+24.4", "+232", "0" */
static void number_write(double value, char *text, size_t size)
{
	double size_of = fabs(value);
	snprintf(text, size,
		size_of == 0       ? "0"
		: size_of >= 99.95 ? "%+.0f"
		: size_of >= 0.095 ? "%+.1f"
				   : "%+.2g",
		value);
}

void comparison_change_text(const struct comparison_row *row, char *text, size_t size)
{
	bool is_percent;
	double unit = unit_of(row, &is_percent);
	char number[32];
	number_write(row->difference.median * unit, number, sizeof(number));
	snprintf(text, size, "%s%s", number, is_percent ? " %" : "");
}

const char *comparison_detectable_text(const struct comparison_row *row, char *text, size_t size)
{
	char unit[32], percent[32];
	double share = row->detectable / fabs(row->a);
	if (isinf(row->detectable))
		return "never";
	if (row->detectable <= 0)
		return "any";
	detectable_percent_write(100 * share, percent, sizeof(percent));
	if (isfinite(share))
		snprintf(text, size, "%s %%", percent);
	else
		snprintf(text, size, "%.2g%s", row->detectable,
			limit_unit_text(row->metric->field->unit, unit, sizeof(unit)));
	return text;
}

static void name_write(const struct comparison_row *row, char *text, size_t size)
{
	snprintf(text, size, "%s", row->metric->name);
}

/* Three digits that mean something. */
static void brief_write(double value, char *text, size_t size)
{
	if (fabs(value) < 1000)
		snprintf(text, size, "%.3g", value);
	else
		figure_brief(value, text, size);
}

static void a_write(const struct comparison_row *row, char *text, size_t size)
{
	brief_write(row->a, text, size);
}

static void b_write(const struct comparison_row *row, char *text, size_t size)
{
	brief_write(row->b, text, size);
}

static void whole_a_write(const struct comparison_row *row, char *text, size_t size)
{
	snprintf(text, size, "%.6g", row->a);
}

static void whole_b_write(const struct comparison_row *row, char *text, size_t size)
{
	snprintf(text, size, "%.6g", row->b);
}

static void interval_write(const struct comparison_row *row, char *text, size_t size)
{
	bool is_percent;
	double unit = unit_of(row, &is_percent);
	char low[32], high[32];
	/* Of one trial a side there is none. */
	if (!row->enough && row->difference.low >= row->difference.high) {
		snprintf(text, size, "-");
		return;
	}
	number_write(row->difference.low * unit, low, sizeof(low));
	number_write(row->difference.high * unit, high, sizeof(high));
	snprintf(text, size, "%s to %s", low, high);
}

static void chance_write(double p, char *text, size_t size)
{
	snprintf(text, size, p < 0.0005 ? "<0.001" : "%.3f", p);
}

static void p_write(const struct comparison_row *row, char *text, size_t size)
{
	chance_write(row->p, text, size);
}

static void p_all_write(const struct comparison_row *row, char *text, size_t size)
{
	chance_write(row->p_adjusted, text, size);
}

/* Beside "~": what would not have been "~". */
static void verdict_write(const struct comparison_row *row, char *text, size_t size)
{
	char seen[64];
	if (row->told)
		snprintf(text, size, "%s", row->difference.median > 0 ? "more" : "less");
	else if (isnan(row->detectable))
		snprintf(text, size, "~");
	else
		snprintf(text, size, "~ from %s",
			comparison_detectable_text(row, seen, sizeof(seen)));
}

enum show { ALWAYS, NARROW, WIDE };

struct column {
	const char *heading;
	void (*write)(const struct comparison_row *row, char *text, size_t size);
	enum show show;     /* NARROW: unless all digits are shown */
	unsigned leaves_as; /* which goes first where the terminal is narrow; 0: none */
	bool left;
};

static const struct column columns[] = {
	{"", name_write, .left = true},
	{"A", a_write, NARROW, .leaves_as = 2},
	{"B", b_write, NARROW, .leaves_as = 3},
	{"median A", whole_a_write, WIDE},
	{"median B", whole_b_write, WIDE},
	{"B less A", comparison_change_text},
	{"95 %", interval_write, .leaves_as = 1},
	{"p", p_write, WIDE},
	{"p all", p_all_write, WIDE},
	{"", verdict_write, .left = true},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct table {
	const struct comparison *comparison;
	size_t widths[COLUMNS];
	bool is_shown[COLUMNS];
	bool is_split; /* the name stands on a line of its own */
};

static void widths_find(struct table *table)
{
	char cell[CELL_MAX];
	for (size_t c = 0; c < COLUMNS; c++) {
		table->widths[c] = strlen(columns[c].heading);
		for (size_t r = 0; r < table->comparison->row_count; r++) {
			columns[c].write(&table->comparison->rows[r], cell, sizeof(cell));
			size_t own = strlen(cell);
			table->widths[c] = own > table->widths[c] ? own : table->widths[c];
		}
	}
}

static size_t line_width(const struct table *table)
{
	size_t width = 0;
	for (size_t c = 0; c < COLUMNS; c++)
		width += table->is_shown[c] ? table->widths[c] + GAP : 0;
	return width;
}

static void table_fit(struct table *table, size_t width, bool is_wide)
{
	for (size_t c = 0; c < COLUMNS; c++)
		table->is_shown[c] = columns[c].show != (is_wide ? NARROW : WIDE);
	table->is_split = is_wide && line_width(table) > width;
	for (unsigned next = 1; !is_wide && next < COLUMNS && line_width(table) > width; next++)
		for (size_t c = 0; c < COLUMNS; c++)
			if (columns[c].leaves_as == next)
				table->is_shown[c] = false;
}

/* Of the headings where `row` is NULL. */
static void cells_print(const struct table *table, const struct comparison_row *row, size_t from,
	size_t to, FILE *out)
{
	char line[LINE_MAX_BYTES] = "", cell[CELL_MAX];
	size_t used = 0;
	for (size_t c = from; c < to; c++) {
		if (!table->is_shown[c])
			continue;
		if (row)
			columns[c].write(row, cell, sizeof(cell));
		int width = (int)table->widths[c];
		used += bounded_text_write(line + used, sizeof(line) - used, "%*s%*s", GAP, "",
			columns[c].left ? -width : width, row ? cell : columns[c].heading);
	}
	while (used > 0 && line[used - 1] == ' ')
		used--;
	fprintf(out, "%.*s\n", (int)used, line);
}

static void line_print(const struct table *table, const struct comparison_row *row, FILE *out)
{
	if (table->is_split && row)
		cells_print(table, row, 0, 1, out);
	if (table->is_split)
		fprintf(out, "%*s", GAP, "");
	cells_print(table, row, table->is_split, COLUMNS, out);
}

/* Those of the rows; the heading, where there is one, before the first. */
static void rows_print(const struct table *table, size_t from, size_t to, bool is_told,
	const char **heading, FILE *out)
{
	for (size_t r = from; r < to; r++) {
		const struct comparison_row *row = &table->comparison->rows[r];
		if (row->told != is_told)
			continue;
		if (*heading)
			fprintf(out, "%s:\n", *heading);
		*heading = NULL;
		line_print(table, row, out);
	}
}

static void left_out_print(const struct table *table, bool is_wide, size_t width, FILE *out)
{
	char text[128] = "Too narrow for:";
	size_t used = strlen(text), none = used;
	for (size_t c = 0; c < COLUMNS; c++)
		if (!is_wide && columns[c].leaves_as && !table->is_shown[c])
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %s",
				used > none ? "," : "", columns[c].heading);
	snprintf(text + used, sizeof(text) - used, " (--wide).");
	if (used > none)
		paragraph_print(text, width, out);
}

void comparison_table_print(const struct comparison *c, size_t width, bool is_wide, FILE *out)
{
	struct table table = {.comparison = c};
	char lost[128];
	if (c->row_count == 0)
		return;
	widths_find(&table);
	table_fit(&table, width, is_wide);
	line_print(&table, NULL, out);
	const char *different = "different", *alike = "not told apart", *all = lost;
	rows_print(&table, 0, c->valid_rows, true, &different, out);
	rows_print(&table, 0, c->valid_rows, false, &alike, out);
	snprintf(lost, sizeof(lost), "of all trials, invalid ones too (within %.0f %% is the same)",
		100 * COMPARISON_LOSS_MARGIN);
	rows_print(&table, c->valid_rows, c->row_count, true, &all, out);
	rows_print(&table, c->valid_rows, c->row_count, false, &all, out);
	left_out_print(&table, is_wide, width, out);
}
