/* The bars of --sweep: for each strategy a line a value, and which share of the connections a
 * response was lost on. Strategies that lost as much at each value are told together. */
#ifndef BENCH_REPORT_SWEEP_TEXT_H
#define BENCH_REPORT_SWEEP_TEXT_H

#include "bench/report/grid.h"
#include "bench/report/look.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints them in `width` columns of the terminal. Values in a row at which nothing was lost, or
 * everything, share a line. */
void sweep_print(const struct grid *grid, size_t width, const struct look *look, FILE *out);

/* At which values strategies lost responses, and at which most: a sentence for those that lost as
 * much; one for all that lost any where there is a table. */
void sweep_sentences_write(const struct grid *grid, FILE *out);

/* Whether the bars of each strategy would be more than can be overlooked: a table says it then. */
bool sweep_wants_table(const struct grid *grid);

#endif
