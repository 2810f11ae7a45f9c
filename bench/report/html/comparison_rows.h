/* The metrics of a comparison as rows of a table, each with its interval and what is said of it. */
#ifndef BENCH_REPORT_HTML_COMPARISON_ROWS_H
#define BENCH_REPORT_HTML_COMPARISON_ROWS_H

#include "bench/result/comparison.h"

#include <stddef.h>
#include <stdio.h>

enum comparison_verdict { VERDICT_NONE, VERDICT_BETTER, VERDICT_WORSE, VERDICT_OTHER };

/* Of B against A. */
enum comparison_verdict comparison_verdict(const struct comparison_row *row);

/* Its class of page.css. */
const char *comparison_class(const struct comparison_row *row);

/* Rows `from` until `to`: what is told stands first. Nothing where there are none. */
void comparison_rows_write(
	const struct comparison *comparison, const char *label, size_t from, size_t to, FILE *out);

#endif
