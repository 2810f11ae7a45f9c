/* The table that is shown unless another one is asked for: one line a strategy, grouped by who
 * holds TIME_WAIT, then by what is given up, then by rate. */
#ifndef BENCH_REPORT_OVERVIEW_H
#define BENCH_REPORT_OVERVIEW_H

#include "bench/report/look.h"
#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct outcomes;

/* Prints it, of the result's outcomes, in `width` columns of the terminal. What does not fit is
 * left out, and named. `columns` (may be NULL) are those to show, by name, with commas between
 * them: then nothing is left out, and a row that does not fit is broken. */
void overview_print(const json_t *result, const struct outcomes *outcomes, const char *columns,
	size_t width, const struct look *look, FILE *out);

/* Whether each of `columns` (may be NULL) is a column, or a metric; and where there is no proxy,
 * none of the hop behind it. Returns 0, or -1. */
int overview_columns_check(const char *columns, bool has_proxy, struct error *error);

#endif
