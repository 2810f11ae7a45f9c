/* A histogram as one line of text: HdrHistogram's compressed encoding, version 2, in base64, which
 * begins with HISTFAAA and is read by that project's libraries in many languages. */
#ifndef BENCH_STATISTICS_HISTOGRAM_TEXT_H
#define BENCH_STATISTICS_HISTOGRAM_TEXT_H

#include "bench/statistics/histogram.h"

/* To be freed; NULL when there is no memory. */
char *histogram_text(const struct histogram *histogram);

/* Reads the bins of such a text. Returns 0; or -1 where it is none, or is one of another unit, of
 * another number of digits, or of a wider range. */
int histogram_text_read(const char *text, uint64_t bins[HISTOGRAM_BINS]);

#endif
