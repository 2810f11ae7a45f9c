/* The output of a loader, line by line. */
#ifndef BENCH_LOAD_THIRD_PARTY_OUTPUT_LINE_H
#define BENCH_LOAD_THIRD_PARTY_OUTPUT_LINE_H

#include <stdbool.h>

#define OUTPUT_LINE_MAX 512

/* Takes the next line, without its newline and cut off at its room, and goes on behind it. Returns
 * false at the end. */
bool output_line_take(const char **output, char line[OUTPUT_LINE_MAX]);

/* A time with its unit: "1.02ms", "7µs", "1m2s". NAN when it is none. */
double output_line_time_us(const char *text);

#endif
