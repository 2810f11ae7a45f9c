/* Latencies over 1 / (1 - quantile): one in ten, in a hundred and in a thousand lie as far apart as
 * they are rare. */
#ifndef BENCH_REPORT_HTML_CHART_CURVE_H
#define BENCH_REPORT_HTML_CHART_CURVE_H

#include "bench/report/html/chart/overlay.h"

/* The median curve over the strategy's valid trials, and their range. `what` names the latency:
 * "total", "connect", "response", "close". */
overlay_points_fn curve_points;

/* Sets the plot's axis, labels and unit; both of its scales are to be logarithmic. */
void curve_axes_set(struct plot *plot);

#endif
