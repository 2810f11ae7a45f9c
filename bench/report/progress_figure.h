/* What a trial came to, in the words that stand behind its line of progress. */
#ifndef BENCH_REPORT_PROGRESS_FIGURE_H
#define BENCH_REPORT_PROGRESS_FIGURE_H

#include "bench/judge/figures.h"

#include <stdbool.h>
#include <stdio.h>

/* A rate. Of a cell of a matrix, or a point of a sweep, which has few connections: what they were
 * delivered, as the table has it. */
void progress_figure_print(const struct figures *figures, bool is_of_cells, FILE *out);

#endif
