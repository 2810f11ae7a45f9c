/* Up to which rate of a ramp (--ramp) each strategy held, and what broke: a paragraph each. */
#ifndef BENCH_REPORT_RAMP_TEXT_H
#define BENCH_REPORT_RAMP_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

void ramp_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
