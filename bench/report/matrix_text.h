/* The table of --matrix: a line a client behaviour, a column a strategy, and what came of both.
 * That of
 * --sweep where strategies differ: a line a value. */
#ifndef BENCH_REPORT_MATRIX_TEXT_H
#define BENCH_REPORT_MATRIX_TEXT_H

#include "bench/report/grid.h"
#include "bench/report/look.h"

#include <stddef.h>
#include <stdio.h>

/* Prints it in `width` columns of the terminal. Strategies that are alike at each behaviour share a
 * column; columns that do not fit stand below the others. */
void matrix_print(const struct grid *grid, size_t width, const struct look *look, FILE *out);

/* Who delivered everything, and what the others cut or lost: a sentence each. */
void matrix_sentences_write(const struct grid *grid, FILE *out);

#endif
