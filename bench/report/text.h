/* A result as text, made from the file's content alone. */
#ifndef BENCH_REPORT_TEXT_H
#define BENCH_REPORT_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The table, one row a strategy, wrapped into bands that fit `width` columns; with `latency` the
 * latencies behind it. */
void text_print(const json_t *result, unsigned width, bool latency, FILE *out);

#endif
