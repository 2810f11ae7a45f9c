/* How long connect(2) took, in bins that a worker counts and the sampler reads while it does: 16
 * bins an octave of nanoseconds. */
#ifndef BENCH_LOAD_CONNECT_BINS_H
#define BENCH_LOAD_CONNECT_BINS_H

#include <stdint.h>

#define CONNECT_BINS 512

/* The bin of a time, and the time that a bin stands for. */
uint32_t connect_bin(uint64_t ns);
uint64_t connect_bin_ns(uint32_t bin);

/* The median of what was counted since `before`; 0: nothing was. */
uint64_t connect_bins_median_ns(const uint32_t *bins, const uint32_t *before);

#endif
