/* Of a run with --family both: whether IPv6 differs from IPv4, by the statistics of `compare`. A
 * pure function of the result. */
#ifndef BENCH_REPORT_FAMILY_TEXT_H
#define BENCH_REPORT_FAMILY_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Nothing, of any other run. */
void families_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
