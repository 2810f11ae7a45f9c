/* What clients that are not plain, and those beside the load, came to. */
#ifndef BENCH_REPORT_CLIENTS_TEXT_H
#define BENCH_REPORT_CLIENTS_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

/* A paragraph for each behaviour of each strategy, over all trials; nothing where all clients are
 * plain and none is beside the load. */
void clients_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
