/* Why trials are invalid, as text. */
#ifndef BENCH_REPORT_INVALID_TEXT_H
#define BENCH_REPORT_INVALID_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

/* A paragraph a trial with TELL_EACH. Else one paragraph, in which a reason that several trials
 * have stands once, with the least and the most of its numbers. */
void invalid_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* How many trials are invalid, the first reason, and how many more there are. */
void invalid_first_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
