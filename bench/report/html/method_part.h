/* How it was measured: the host, the settings, and the command that repeats it. */
#ifndef BENCH_REPORT_HTML_METHOD_PART_H
#define BENCH_REPORT_HTML_METHOD_PART_H

#include <jansson.h>
#include <stdio.h>

void method_part_write(const json_t *result, FILE *out);

/* "kernel 6.18, 2 CPUs, AMD EPYC": one line, escaped. */
void method_line_write(const json_t *result, FILE *out);

/* The command of the run, on lines that a card has room for. */
void method_command_write(const json_t *result, FILE *out);

#endif
