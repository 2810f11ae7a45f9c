/* The columns of the overview. */
#ifndef BENCH_REPORT_OVERVIEW_COLUMNS_H
#define BENCH_REPORT_OVERVIEW_COLUMNS_H

#include "bench/report/answer/outcome.h"
#include "bench/report/look.h"
#include "bench/result/metric.h"

#include <stdbool.h>
#include <stddef.h>

#define OVERVIEW_COLUMNS_MAX 24
#define OVERVIEW_HEADING_LINES 2

/* What the cells are made from. */
struct overview_source {
	const json_t *result;
	const json_t *behind; /* the hop behind a proxy, where a column shows it */
	const struct outcome *outcome;
	const struct look *look;
	size_t gauge;     /* cells of the ports' gauge; 0: none */
	size_t name_most; /* characters of a name; 0: all */
};

struct overview_column {
	const char *name; /* for --columns. Required. */
	const char *heading[OVERVIEW_HEADING_LINES];
	bool left; /* adjusted; numbers are right-adjusted */
	/* Whether it tells what the strategy is: shown of a row that has no valid trial, too. */
	bool is_identity;
	bool is_behind; /* `metric` is of the hop behind a proxy */
	/* Optional: default the median of `metric`. */
	void (*write)(const struct overview_source *source, char *cell, size_t size);
	const struct metric *metric;
};

/* Those that are shown unless others are asked for. */
extern const struct overview_column overview_columns[];
extern const size_t overview_column_count;

/* Which of them is left out first where the terminal is narrow: names; NULL at the end. */
extern const char *const overview_columns_narrow[];

/* The column of that name, or a new one that shows the metric of that name, with "upstream." in
 * front of the hop behind a proxy. Returns false with the
 * nearest name in the error (may be NULL). */
bool overview_column_find(const char *name, struct overview_column *column, struct error *error);

void overview_cell_write(const struct overview_column *column, const struct overview_source *source,
	char *cell, size_t size);

/* "server", "nobody" */
extern const char *const overview_holders[OUTCOME_HOLDERS];
extern const enum look_colour overview_colours[OUTCOME_HOLDERS];

#endif
