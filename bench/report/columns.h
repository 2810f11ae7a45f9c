/* The columns of a result's table. */
#ifndef BENCH_REPORT_COLUMNS_H
#define BENCH_REPORT_COLUMNS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define HEADING_LINES 3
#define COLUMN_METRICS_MAX 3

/* A column shows one to three metrics, each the median over a strategy's trials, as the table of
 * fields formats them; or what its own function writes. What no trial has is "-". */
struct column {
	/* Optional: default that of the first metric's field. */
	const char *heading[HEADING_LINES];
	const char *metrics[COLUMN_METRICS_MAX]; /* paths or names; NULL behind the last */
	const char *separator;                   /* Optional: default "/". */
	/* Optional: default the metrics are written. */
	void (*write)(const json_t *trials, char *cell, size_t size);
	bool left;        /* adjusted; numbers are right-adjusted */
	bool of_all;      /* counts all trials; the other columns, the valid ones */
	bool begins_band; /* where a row that does not fit is broken */
	bool only_if_any; /* left out where no strategy has anything but 0 in it */
};

extern const struct column columns[];
extern const size_t column_count;

/* Writes one line of the heading, from 0 at the top. */
void column_heading(const struct column *column, size_t line, char *text, size_t size);

/* Writes the cell of one strategy's trials. */
void column_write(const struct column *column, const json_t *trials, char *cell, size_t size);

#endif
