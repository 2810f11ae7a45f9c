/* Of a run whose rows are two levels of each strategy (--family both, --compare-tls): whether the
 * second one differs from the first, by the statistics of `compare`. Pure functions of the result.
 */
#ifndef BENCH_REPORT_LEVELS_TEXT_H
#define BENCH_REPORT_LEVELS_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether it is of such a run. */
bool levels_are_compared(const json_t *result);

/* Nothing, of any other run. */
void levels_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
