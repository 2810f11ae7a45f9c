/* The table of a result, one row a strategy. */
#ifndef BENCH_REPORT_TABLE_H
#define BENCH_REPORT_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints the rows; each takes as many lines as `width` columns need. With `is_wide` there are more
 * columns: the most sockets that were in each state of closing. */
void table_print(const json_t *result, size_t width, bool is_wide, FILE *out);

#endif
