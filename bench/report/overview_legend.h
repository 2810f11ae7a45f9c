/* The line below the overview: what the words in it mean. */
#ifndef BENCH_REPORT_OVERVIEW_LEGEND_H
#define BENCH_REPORT_OVERVIEW_LEGEND_H

#include "bench/report/overview_layout.h"

#include <stdio.h>

/* Prints nothing where there is nothing to explain. */
void overview_legend_print(const struct overview *table, FILE *out);

#endif
