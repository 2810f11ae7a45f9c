/* What is printed, as a text: for what measures, wraps or escapes it before it is shown. */
#ifndef BENCH_REPORT_PRINTED_H
#define BENCH_REPORT_PRINTED_H

#include <stdio.h>

/* A line is wrapped by who reads it. */
#define PRINTED_WIDTH 1000000

typedef void printed_fn(const void *what, FILE *out);

/* To be freed; NULL when there is no memory. */
char *printed(printed_fn *print, const void *what);

#endif
