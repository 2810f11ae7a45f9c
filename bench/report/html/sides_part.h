/* Both sides of a comparison, laid over one another. */
#ifndef BENCH_REPORT_HTML_SIDES_PART_H
#define BENCH_REPORT_HTML_SIDES_PART_H

#include "bench/report/html/chart/chart.h"
#include "bench/result/comparison.h"

#include <stdio.h>

/* For the script: what it calls the lines, a JSON array. */
extern const char sides_part_names[];

/* What is drawn of all comparisons of a page: TIME_WAIT at both ends, the rate and the latency,
 * each on one scale throughout. */
struct sides_part;

/* Sets the axes of both sources, which write to one set of data and outlive the part, to what both
 * have room on. Returns NULL when there is no memory. */
struct sides_part *sides_part_create(const struct comparison *comparisons, size_t count,
	struct chart_source *a, struct chart_source *b);
void sides_part_destroy(struct sides_part *part);

/* The charts of comparison number `at`. Nothing of what neither side has. */
void sides_part_write(struct sides_part *part, size_t at, FILE *out);

#endif
