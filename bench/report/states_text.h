/* What a result says of orphans in FIN_WAIT_2, and of TIME_WAITs whose number is not exact. */
#ifndef BENCH_REPORT_STATES_TEXT_H
#define BENCH_REPORT_STATES_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stdio.h>

/* Prints a line for each strategy and end that has something of it. */
void states_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
