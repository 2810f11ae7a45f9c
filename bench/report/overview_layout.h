/* How the overview is laid out: its columns, the cells of its rows, and what of them fits. */
#ifndef BENCH_REPORT_OVERVIEW_LAYOUT_H
#define BENCH_REPORT_OVERVIEW_LAYOUT_H

#include "bench/report/overview_columns.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define OVERVIEW_CELL_MAX 160
/* Before each further line of a row. */
#define OVERVIEW_BAND_INDENT 4

struct overview_row {
	const struct outcome *outcome;
	char cells[OVERVIEW_COLUMNS_MAX][OVERVIEW_CELL_MAX];
};

struct overview {
	const json_t *result;
	json_t *behind; /* a reference, where a column shows the hop behind a proxy; or NULL */
	const struct look *look;
	const struct outcomes *outcomes;
	struct overview_column columns[OVERVIEW_COLUMNS_MAX];
	size_t column_count;
	size_t gauge, gap, width;
	size_t name_most; /* characters of a name; 0: all */
	bool is_chosen;   /* --columns: nothing is left out */
	size_t mark;      /* columns kept at the end of a row for its invalid trials; 0: none */
	struct overview_row *rows;
	size_t widths[OVERVIEW_COLUMNS_MAX];
	const char *left_out[OVERVIEW_COLUMNS_MAX];
	size_t left_out_count;
};

/* Lays out the table in `width` columns of the terminal. `columns`: see overview_print(). Returns
 * 0 or -1; to be released with overview_finish() in both cases. `result`, its
 * `outcomes` and `look` outlive it. */
int overview_init(struct overview *table, const json_t *result, const struct outcomes *outcomes,
	const char *columns, size_t width, const struct look *look, struct error *error);
void overview_finish(struct overview *table);

/* Whether the row shows the cell: of one without a valid trial only what the strategy is. */
bool overview_is_shown(const struct overview *table, const struct overview_row *row, size_t column);

/* Where the column of that name is; column_count: nowhere. */
size_t overview_column_at(const struct overview *table, const char *name);

/* Where the band that begins at column `from` ends: all that fit in a line. */
size_t overview_band_end(const struct overview *table, size_t from);

#endif
