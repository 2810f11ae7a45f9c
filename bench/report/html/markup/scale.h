/* The axes of charts: where a value lies, and which values are labelled. */
#ifndef BENCH_REPORT_HTML_MARKUP_SCALE_H
#define BENCH_REPORT_HTML_MARKUP_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#define SCALE_TICKS_MAX 16

struct scale {
	bool is_logarithmic;
	double low, high; /* of values: low < high; of a logarithmic scale low > 0 */
	double from, to;  /* the places of low and high */
};

/* A linear scale from 0 that ends on a tick at or above `most`. */
struct scale scale_linear(double most, double from, double to);

/* A logarithmic scale from a whole decade to one; where it `is_cut`, to the greatest value. Values
 * that are not above 0 are taken for 1. */
struct scale scale_logarithmic(double least, double most, bool is_cut, double from, double to);

/* Where the value lies: between `from` and `to`, whatever the value is. */
double scale_place(const struct scale *scale, double value);

/* The values that are labelled, from the lowest on: round ones, about `wanted` of them. Returns how
 * many. */
size_t scale_ticks(const struct scale *scale, size_t wanted, double ticks[SCALE_TICKS_MAX]);

#endif
