/* The quantiles at which a latency's curve is written: the same for every curve, so that curves of
 * several trials can be laid over each other. */
#ifndef BENCH_RESULT_LATENCY_CURVE_H
#define BENCH_RESULT_LATENCY_CURVE_H

#include "bench/statistics/histogram.h"

#include <jansson.h>

/* From 0 to 1, denser towards 1. */
json_t *latency_curve_quantiles(void);

/* The latencies at these quantiles, in microseconds. */
json_t *latency_curve_json(const struct histogram *histogram);

#endif
