/* What stands below the table besides findings and invalid trials: what was not run, what nobody
 * accepted or knows, and which medians say little. */
#ifndef BENCH_REPORT_REMARKS_H
#define BENCH_REPORT_REMARKS_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

/* "graceful, trial 2" */
void remarks_trial_print(const json_t *trial, FILE *out);

/* Connections that never came to accept(2); trials of which nobody knows who closed first; what was
 * not run. */
void remarks_kept_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);
void remarks_closer_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);
void remarks_not_run_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* Briefly, of each metric the noisiest strategy is named alone; at the least, noise is not told
 * where few trials say it of all medians. */
void remarks_medians_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
