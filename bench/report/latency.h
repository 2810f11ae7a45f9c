/* The latencies of a result, one row a strategy and kind. */
#ifndef BENCH_REPORT_LATENCY_H
#define BENCH_REPORT_LATENCY_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Milliseconds; each the median over the strategy's valid trials. */
void latency_print(const json_t *result, size_t width, FILE *out);

#endif
