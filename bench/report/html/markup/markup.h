/* Writes HTML by a format. */
#ifndef BENCH_REPORT_HTML_MARKUP_MARKUP_H
#define BENCH_REPORT_HTML_MARKUP_MARKUP_H

#include <stdio.h>

/* As fprintf(), but what %s stands for is escaped: the format is the only HTML. Knows %s, %d, %zu,
 * %f and %g with a precision, and %%. */
void markup_write(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A number with a comma between thousands, rounded to a whole one: "28,232". */
void markup_thousands(double value, char *text, size_t size);

/* Writes each line of the text as an item of a list; nothing where there is none. `class` may be
 * NULL. */
void markup_lines_write(FILE *out, const char *class, const char *lines);

#endif
