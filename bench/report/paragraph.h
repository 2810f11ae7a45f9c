/* A paragraph of a report. */
#ifndef BENCH_REPORT_PARAGRAPH_H
#define BENCH_REPORT_PARAGRAPH_H

#include <stddef.h>
#include <stdio.h>

/* How much is told below the table: what fits. */
enum brevity {
	TELL_EACH, /* of each trial, what else is told of several together */
	TELL_ALL,
	TELL_BRIEFLY, /* what does no harm is named alone */
	TELL_LEAST,   /* the worst of each kind, and how many more there are */
};

/* Breaks at blanks; lines after the first are indented. */
void paragraph_print(const char *text, size_t width, FILE *out);

/* The lines of a text, each that does not fit as a paragraph. Returns how many that makes. */
size_t paragraphs_print(const char *text, size_t width, FILE *out);

/* The lines of a text: of one that does not fit, what is behind its last two blanks stands in a
 * column of its own; behind the line, where that is too narrow. */
void paragraphs_hang(const char *text, size_t width, FILE *out);

/* How many lines that makes. */
size_t paragraph_lines(const char *text, size_t width);

#endif
