/* Log-linear histogram of durations: constant memory, at most 0.1 % relative error from 1 µs to 100
 * s (values beyond are clamped and counted), mergeable by adding bins. */
#ifndef BENCH_STATISTICS_HISTOGRAM_H
#define BENCH_STATISTICS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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
