/* The table of a page: a row a strategy. */
#ifndef BENCH_REPORT_HTML_STRATEGY_TABLE_H
#define BENCH_REPORT_HTML_STRATEGY_TABLE_H

#include "bench/report/html/chart/chart.h"

#include <stdio.h>

void strategy_table_write(const struct chart_source *source, FILE *out);

#endif
