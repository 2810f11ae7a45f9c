/* The rows of a comparison as a table: what differs first, then what is not told apart, then what
 * is of all trials, invalid ones too. */
#ifndef BENCH_REPORT_COMPARISON_TABLE_H
#define BENCH_REPORT_COMPARISON_TABLE_H

#include "bench/result/comparison.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints it in `width` columns of the terminal: columns that do not fit are left out, and named.
 * `is_wide`: all columns, and all digits, however wide that is. */
void comparison_table_print(
	const struct comparison *comparison, size_t width, bool is_wide, FILE *out);

/* "+7.1 %", of A's median; where that is 0, in the metric's unit. */
void comparison_change_text(const struct comparison_row *row, char *text, size_t size);

/* How large a difference would have been seen: "3.1 %", or in the metric's unit where A's median is
 * 0; "any"; "never". Returns `text`, or one of these words. */
const char *comparison_detectable_text(const struct comparison_row *row, char *text, size_t size);

#endif
