/* The page of lessons: which statements hold, and each lesson with its ladders. */
#ifndef BENCH_REPORT_HTML_LAB_PAGE_H
#define BENCH_REPORT_HTML_LAB_PAGE_H

#include "bench/lab/outcome.h"

#include <stddef.h>
#include <stdio.h>

/* Lessons that were played. */
struct lab_page {
	const struct lesson_outcome *outcomes;
	size_t count;
};

/* Returns 0. */
int lab_page_write(const struct lab_page *page, FILE *out);

#endif
