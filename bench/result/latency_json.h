/* A latency's histogram as the result file has it: quantiles, curve and bins. */
#ifndef BENCH_RESULT_LATENCY_JSON_H
#define BENCH_RESULT_LATENCY_JSON_H

#include "bench/statistics/histogram.h"

#include <jansson.h>

/* What latency_us.{latency} has, but for `unfinished`; NULL when there is no memory. */
json_t *latency_json(const struct histogram *histogram);

#endif
