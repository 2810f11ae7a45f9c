/* What stands below the table besides findings: invalid trials, what was not run, what a
 * third-party loader says itself, and which medians say little. */
#ifndef BENCH_REPORT_REMARKS_H
#define BENCH_REPORT_REMARKS_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

/* Before the findings. */
void remarks_of_trials_print(const json_t *result, FILE *out);

/* Behind them. Briefly, of each metric the noisiest strategy is named alone; at the least,
 * noise is not told where few trials say it of all medians. */
void remarks_of_medians_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
