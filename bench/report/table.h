/* The table of a result, one row a strategy. */
#ifndef BENCH_REPORT_TABLE_H
#define BENCH_REPORT_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define HEADING_LINES 3

/* A column shows one or more numbers of a trial, each the median over the strategy's trials. */
struct column {
	const char *heading[HEADING_LINES];
	void (*write)(const json_t *trials, char *cell, size_t size);
	bool left;        /* adjusted; numbers are right-adjusted */
	bool of_all;      /* counts all trials; the other columns, the valid ones */
	bool begins_band; /* where a row that does not fit is broken */
};

extern const struct column table_columns[];
extern const size_t table_column_count;
/* Prints the rows; each takes as many lines as `width` columns need. */
void table_print(const json_t *result, size_t width, FILE *out);

#endif
