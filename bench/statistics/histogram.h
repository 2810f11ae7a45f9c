/* Log-linear histogram of durations: constant memory, at most 0.1 % relative error from 1 µs to 100
 * s (values beyond are clamped and counted), mergeable by adding bins. */
#ifndef BENCH_STATISTICS_HISTOGRAM_H
#define BENCH_STATISTICS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bins as HdrHistogram lays them out with HISTOGRAM_DIGITS significant digits and a unit of 1 ns:
 * below 2048 a bin is one value wide, and from there on every doubling of the value has 1024. */
#define HISTOGRAM_DIGITS 3
#define HISTOGRAM_HALF_BITS 10
/* 100 s. What is beyond is counted in the last bin; the maximum and the mean stay exact. */
#define HISTOGRAM_LIMIT_NS UINT64_C(100000000000)
/* That lies below 2^37: 2048 bins of one value each, then 1024 for each of so many doublings. */
#define HISTOGRAM_DOUBLINGS 26
#define HISTOGRAM_BINS ((size_t)(2 + HISTOGRAM_DOUBLINGS) << HISTOGRAM_HALF_BITS)

struct histogram;

/* Returns NULL when there is no memory. */
struct histogram *histogram_create(void);
void histogram_destroy(struct histogram *histogram);

/* A histogram is one block of so many bytes, without pointers: what one process of the program
 * wrote another one can read. */
size_t histogram_size(void);

void histogram_record(struct histogram *histogram, uint64_t ns);
void histogram_reset(struct histogram *histogram);
/* Adds the bins of `other`. */
void histogram_add(struct histogram *histogram, const struct histogram *other);
/* Adds `other` as a client would have seen it that comes once in `interval_ns`, whatever the answer
 * takes: beside each longer value v also v - interval, v - 2 interval, … (HdrHistogram's correction
 * for coordinated omission). */
void histogram_correct(
	struct histogram *histogram, const struct histogram *other, uint64_t interval_ns);

/* How many values each of the HISTOGRAM_BINS bins has. */
const uint64_t *histogram_bins(const struct histogram *histogram);
/* Makes the histogram one of these bins. They tell values to 0.1 %: the maximum and the mean are
 * given beside them. Returns 0; or -1 where the bins do not add up to 64 bits, or where the maximum
 * is in none of the highest bin's values. */
int histogram_restore(struct histogram *histogram, const uint64_t bins[HISTOGRAM_BINS],
	uint64_t max_ns, double mean_ns);

uint64_t histogram_count(const struct histogram *histogram);
/* The value at quantile 0 to 1: the highest equivalent value of its bin, never above the maximum; 0
 * when empty. */
uint64_t histogram_quantile(const struct histogram *histogram, double quantile);
/* The exact maximum and mean. 0 when empty. */
uint64_t histogram_max(const struct histogram *histogram);
double histogram_mean(const struct histogram *histogram);

/* HdrHistogram's percentile text (.hgrm), values in microseconds. Returns 0, or -1 with errno. */
int histogram_write_hgrm(const struct histogram *histogram, FILE *out);

#endif
