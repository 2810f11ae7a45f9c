/* What a third-party loader says itself, below the table: its result or its last lines, how long it
 * took to start, and what of its time it did nothing. */
#ifndef BENCH_REPORT_LOADER_TEXT_H
#define BENCH_REPORT_LOADER_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

void loader_text_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
