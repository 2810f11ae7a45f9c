/* The ladder of each strategy, where the run kept them. */
#ifndef BENCH_REPORT_HTML_LADDERS_PART_H
#define BENCH_REPORT_HTML_LADDERS_PART_H

#include "bench/report/answer/outcome.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

bool ladders_part_is_known(const json_t *result);
void ladders_part_write(const json_t *result, const struct outcomes *outcomes, FILE *out);

#endif
