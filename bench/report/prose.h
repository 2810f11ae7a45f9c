/* What stands in words between the table and the host: how to read it, runways, remarks, findings.
 */
#ifndef BENCH_REPORT_PROSE_H
#define BENCH_REPORT_PROSE_H

#include "bench/report/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints no more than 12 lines of a terminal of 100 columns. Where that is too few, less is told of
 * each thing; then some of it is left out, and named; then findings are named alone. With `wide`
 * all is told. */
void prose_print(const json_t *result, const struct text_options *options, FILE *out);

/* Prints all that there is to say of one of the things besides findings, as "invalid". Returns
 * false where there is no such thing. */
bool prose_explain(const json_t *result, const char *id, size_t width, FILE *out);

#endif
