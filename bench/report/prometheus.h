/* A result's medians in Prometheus' text format, for the textfile collector of node_exporter. */
#ifndef BENCH_REPORT_PROMETHEUS_H
#define BENCH_REPORT_PROMETHEUS_H

#include "common/error.h"

#include <jansson.h>

/* Writes a gauge a metric of the summary, a line a strategy, and how many trials there were and
 * were valid. All of it or nothing: a collector never reads half a file. Returns 0 or -1. */
int prometheus_write(const json_t *result, const char *path, struct error *error);

/* Proves that `path` can be written, before any work is done, and leaves what is there as it is.
 * Returns 0 or -1. */
int prometheus_check(const char *path, struct error *error);

#endif
