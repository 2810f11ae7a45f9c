/* The charts by name. */
#ifndef BENCH_REPORT_HTML_CHART_REGISTRY_H
#define BENCH_REPORT_HTML_CHART_REGISTRY_H

#include "bench/report/html/chart/chart.h"

extern const struct chart chart_pays, chart_ports, chart_ramp, chart_lasts, chart_waits,
	chart_costs, chart_lost, chart_states;

#endif
