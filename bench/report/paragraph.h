/* A paragraph of a report. */
#ifndef BENCH_REPORT_PARAGRAPH_H
#define BENCH_REPORT_PARAGRAPH_H

#include <stddef.h>
#include <stdio.h>

/* Breaks at blanks; lines after the first are indented. */
void paragraph_print(const char *text, size_t width, FILE *out);

/* How many lines that makes. */
size_t paragraph_lines(const char *text, size_t width);

#endif
