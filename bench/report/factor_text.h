/* What a run with a factor shows in place of the usual table: the answer in sentences, then a
 * matrix or a sweep. */
#ifndef BENCH_REPORT_FACTOR_TEXT_H
#define BENCH_REPORT_FACTOR_TEXT_H

#include "bench/report/grid.h"
#include "bench/report/look.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* For a printed_fn: `what` is a struct grid. */
void factor_sentences_write(const void *what, FILE *out);

void factor_text_print(const json_t *result, size_t width, const struct look *look, FILE *out);

#endif
