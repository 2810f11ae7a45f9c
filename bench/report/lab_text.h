/* Lessons on a terminal. */
#ifndef BENCH_REPORT_LAB_TEXT_H
#define BENCH_REPORT_LAB_TEXT_H

#include "bench/lab/outcome.h"
#include "bench/report/look.h"

#include <stdio.h>

struct lab_text_options {
	struct look look;
	size_t width;
};

/* All lessons, and where to begin. */
void lab_text_list_print(const struct lab_text_options *options, FILE *out);

/* Claims, scene, ladders, what was measured, verdicts, what follows. */
void lab_text_print(
	const struct lesson_outcome *outcome, const struct lab_text_options *options, FILE *out);

/* A line a claim, and how many of each verdict. */
void lab_text_table_print(const struct lesson_outcome *outcomes, size_t count,
	const struct lab_text_options *options, FILE *out);

#endif
