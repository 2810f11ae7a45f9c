/* What was looked at and is well. */
#ifndef BENCH_REPORT_WELL_TEXT_H
#define BENCH_REPORT_WELL_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints one line of what every trial looked at and found well; nothing where there is none. */
void well_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* What there is to look at. */
extern const size_t well_count;

/* Writes the name of the i-th of these where all trials found it well; else returns false. */
bool well_write(const json_t *result, size_t i, FILE *out);

#endif
