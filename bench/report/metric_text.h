/* One metric of a result, a bar a strategy. */
#ifndef BENCH_REPORT_METRIC_TEXT_H
#define BENCH_REPORT_METRIC_TEXT_H

#include "bench/report/look.h"
#include "bench/result/metric.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* The best first. A bar is full up to the lower end of the median's interval, and thinner from
 * there to the upper end; the longest is as long as the terminal has room. */
void metric_text_print(const json_t *result, const struct metric *metric, size_t width,
	const struct look *look, FILE *out);

#endif
