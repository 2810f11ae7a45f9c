/* The hop behind a proxy, on the page of a result. */
#ifndef BENCH_REPORT_HTML_BEHIND_PART_H
#define BENCH_REPORT_HTML_BEHIND_PART_H

#include "bench/report/html/chart/chart.h"

/* Its table, its ports over time, and what else there is to say of it; nothing where there was no
 * proxy. `front` is the page's own source. Returns 0, or -1 when there is no memory. */
int behind_part_write(struct chart_source *front, FILE *out);

#endif
