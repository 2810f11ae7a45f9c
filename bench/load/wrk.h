/* What wrk says at its end, as figures. */
#ifndef BENCH_LOAD_WRK_H
#define BENCH_LOAD_WRK_H

#include <stdint.h>

enum wrk_error {
	WRK_CONNECT,
	WRK_READ,
	WRK_WRITE,
	WRK_TIMEOUT,
	WRK_ERRORS,
};

enum wrk_latency {
	WRK_MEAN,
	WRK_STDEV,
	WRK_MAX,
	WRK_P50,
	WRK_P75,
	WRK_P90,
	WRK_P99,
	WRK_LATENCIES,
};

/* As results name them. */
extern const char *const wrk_error_names[WRK_ERRORS];
extern const char *const wrk_latency_names[WRK_LATENCIES];

/* All of it as wrk has measured and rounded it. */
struct wrk_report {
	uint64_t requests;
	double duration_s, requests_per_s;
	uint64_t errors[WRK_ERRORS];
	uint64_t refused; /* responses that are neither 2xx nor 3xx */
	double latency_us[WRK_LATENCIES];
};

/* Reads what wrk --latency wrote to stdout. Returns 0, or -1 when its figures are not all there. */
int wrk_parse(const char *output, struct wrk_report *report);

#endif
