/* A comparison as text. */
#ifndef BENCH_REPORT_COMPARISON_TEXT_H
#define BENCH_REPORT_COMPARISON_TEXT_H

#include "bench/result/comparison.h"

#include <stdio.h>

/* One line a metric, and what nothing can be said of. */
void comparison_text_print(const struct comparison *comparison, FILE *out);

#endif
