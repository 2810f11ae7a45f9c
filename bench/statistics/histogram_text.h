/* A histogram as one line of text: HdrHistogram's compressed encoding, version 2, in base64, which
 * begins with HISTFAAA and is read by that project's libraries in many languages. */
#ifndef BENCH_STATISTICS_HISTOGRAM_TEXT_H
#define BENCH_STATISTICS_HISTOGRAM_TEXT_H

#include "bench/statistics/histogram.h"

/* To be freed; NULL when there is no memory. */
char *histogram_text(const struct histogram *histogram);

/* Adds the bins of such a text to `bins`, and all of their values to `count`: what it takes grows
 * with the bins that have any. Returns 0; or -1 where it is none, or is one of another unit, of
 * another number of digits, or of a wider range, or where a sum overflows: then both are of no use.
 */
int histogram_text_add(const char *text, uint64_t bins[HISTOGRAM_BINS], uint64_t *count);

#endif
