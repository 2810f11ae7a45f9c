/* A comparison as one HTML file. */
#ifndef BENCH_REPORT_HTML_COMPARISON_PAGE_H
#define BENCH_REPORT_HTML_COMPARISON_PAGE_H

#include "bench/result/comparison.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* What was compared, and judged together. */
struct compared {
	const char *paths[2];
	const json_t *results[2]; /* of one file: the same twice */
	const struct comparison *list;
	size_t count;
};

/* Returns 0, or -1 when there is no memory. */
int comparison_page_write(const struct compared *compared, FILE *out);

#endif
