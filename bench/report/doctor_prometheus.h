/* What doctor found, as metrics in Prometheus' text format, for the textfile collector of
 * node_exporter. */
#ifndef BENCH_REPORT_DOCTOR_PROMETHEUS_H
#define BENCH_REPORT_DOCTOR_PROMETHEUS_H

#include "bench/doctor/check.h"
#include "bench/doctor/records.h"

#include <stdio.h>
#include <time.h>

/* Pairs that hold a tenth of their ports or more have metrics of their own, at most so many: the
 * fullest. All others are summed up. */
#define DOCTOR_METRIC_PAIRS 50

struct doctor_look {
	const struct doctor_host *host;
	const struct diagnosis *diagnosis;
	time_t at; /* seconds since 1970 */
};

/* `what` is a struct doctor_look. Returns 0, or -1 when there is no memory. */
int doctor_prometheus_write(const void *what, FILE *out);

#endif
