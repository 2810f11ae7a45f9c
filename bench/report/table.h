/* The table of all columns, one row a strategy, in the order of the run. */
#ifndef BENCH_REPORT_TABLE_H
#define BENCH_REPORT_TABLE_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Prints the rows; each takes as many lines as `width` columns need. */
void table_print(const json_t *result, size_t width, FILE *out);

#endif
