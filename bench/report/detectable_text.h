/* How small a difference trials could have shown (bench/statistics/power.h), for people. */
#ifndef BENCH_REPORT_DETECTABLE_TEXT_H
#define BENCH_REPORT_DETECTABLE_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Two digits that mean something: "0.31", "3.1", "31", "310". */
void detectable_percent_write(double percent, char *text, size_t size);

/* One paragraph, of the strategies whose summary says it; nothing where none does. */
void detectable_print(const json_t *result, size_t width, FILE *out);

#endif
