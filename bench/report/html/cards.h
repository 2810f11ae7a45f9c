/* One card for each end that was left with TIME_WAIT: which strategies, how fast, at what price. */
#ifndef BENCH_REPORT_HTML_CARDS_H
#define BENCH_REPORT_HTML_CARDS_H

#include "bench/report/html/chart/chart.h"

#include <stdio.h>

void cards_write(const struct chart_source *source, FILE *out);

#endif
