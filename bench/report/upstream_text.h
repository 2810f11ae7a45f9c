/* What a result says of the hop behind a proxy. */
#ifndef BENCH_REPORT_UPSTREAM_TEXT_H
#define BENCH_REPORT_UPSTREAM_TEXT_H

#include "bench/report/text.h"

#include <jansson.h>
#include <stdio.h>

/* Prints a table of it, and what was found there alone; nothing where there was no proxy. */
void upstream_print(const json_t *result, const struct text_options *options, FILE *out);

/* The lines below that table, each as long as it is. `what` is the result of the hop
 * (result_upstream). */
void upstream_prose_write(const void *what, FILE *out);

#endif
