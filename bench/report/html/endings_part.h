/* How the connections of a capture ended, as tables of a page: the answer, the endings, the
 * servers. */
#ifndef BENCH_REPORT_HTML_ENDINGS_PART_H
#define BENCH_REPORT_HTML_ENDINGS_PART_H

#include "bench/trace/tally.h"

#include <stdio.h>

void endings_part_write(struct tally *tally, FILE *out);

#endif
