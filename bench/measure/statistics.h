/* Statistics over the trials of one strategy. */
#ifndef BENCH_MEASURE_STATISTICS_H
#define BENCH_MEASURE_STATISTICS_H

#include <stddef.h>

struct spread {
	double median, low, high; /* low and high: the least and the greatest */
};

/* Sorts `values`. All zero when count is 0. */
struct spread statistics_spread(double *values, size_t count);

#endif
