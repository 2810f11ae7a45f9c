/* What a run with a factor came to: the matrix of strategies and client behaviours, or a bar for
 * each strategy at each value of a sweep. */
#ifndef BENCH_REPORT_HTML_FACTOR_PART_H
#define BENCH_REPORT_HTML_FACTOR_PART_H

#include "bench/report/grid.h"

#include <stdio.h>

void factor_part_write(const struct grid *grid, FILE *out);

#endif
