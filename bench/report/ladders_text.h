/* The ladders that a run kept, on a terminal. */
#ifndef BENCH_REPORT_LADDERS_TEXT_H
#define BENCH_REPORT_LADDERS_TEXT_H

#include "bench/report/look.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Each, with how it ended; one line where there is none. */
void ladders_text_print(const json_t *result, size_t width, const struct look *look, FILE *out);

/* Where they are to be seen; nothing where there is none. */
void ladders_text_name(const json_t *result, size_t width, FILE *out);

#endif
