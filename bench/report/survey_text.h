/* What there is to say of a capture beside its connections. */
#ifndef BENCH_REPORT_SURVEY_TEXT_H
#define BENCH_REPORT_SURVEY_TEXT_H

#include "bench/trace/survey.h"

#include <stddef.h>
#include <stdio.h>

/* "FILE: 300 connections, 3158 packets in 0.106 s" */
void survey_heading_print(const char *name, const struct survey_counts *counts, FILE *out);

/* A line, of packets that were lost by `at_ns` since the last such line. */
void survey_lost_print(uint64_t count, uint64_t at_ns, FILE *out);

/* What was not understood, left out or cut short, a sentence each; nothing where there is
 * nothing. */
void survey_remarks_print(const struct survey_counts *counts, size_t width, FILE *out);

#endif
