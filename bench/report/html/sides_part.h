/* Both sides of a comparison, laid over one another. */
#ifndef BENCH_REPORT_HTML_SIDES_PART_H
#define BENCH_REPORT_HTML_SIDES_PART_H

#include "bench/report/html/chart/chart.h"
#include "bench/result/comparison.h"

#include <stdio.h>

/* For the script: what it calls the lines, a JSON array. */
extern const char sides_part_names[];

/* Sets the axes of both, which write to one set of data, to what both have room on. */
void sides_part_join(struct chart_source *a, struct chart_source *b);

/* TIME_WAIT at both ends, the rate and the latency of the comparison, which is number `at` of the
 * page. Nothing of what neither side has. */
void sides_part_write(const struct comparison *comparison, size_t at, struct chart_source *a,
	struct chart_source *b, FILE *out);

#endif
