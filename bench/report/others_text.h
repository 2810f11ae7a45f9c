/* The connections of a trial that are not the load's: a line for each end that opened some. */
#ifndef BENCH_REPORT_OTHERS_TEXT_H
#define BENCH_REPORT_OTHERS_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

/* Of a result, below its table. */
void others_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
