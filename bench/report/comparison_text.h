/* A comparison as text. */
#ifndef BENCH_REPORT_COMPARISON_TEXT_H
#define BENCH_REPORT_COMPARISON_TEXT_H

#include "bench/report/comparison_table.h"
#include "bench/result/comparison.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What differs, in a sentence; one line a metric; and what nothing can be said of. Wrapped at
 * `width`. `is_wide`: all columns, and all digits. */
void comparison_text_print(
	const struct comparison *comparison, size_t width, bool is_wide, FILE *out);

/* "differs in rate_per_s (+7.1 %), total_us_p50 (-3.0 %) and 2 more": of B, as against A. Returns
 * whether it differs; where not, nothing is written. */
bool comparison_told_write(const struct comparison *comparison, FILE *out);

/* What the words in it mean, once for all comparisons of a command. */
void comparison_legend_print(const struct comparison *list, size_t count, size_t width,
	bool is_wide, bool is_of_one_file, FILE *out);

#endif
