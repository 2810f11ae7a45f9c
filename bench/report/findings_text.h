/* The findings of a result as text. */
#ifndef BENCH_REPORT_FINDINGS_TEXT_H
#define BENCH_REPORT_FINDINGS_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* One paragraph a finding, with the strategies and trials that have it; the text is the first
 * trial's. Lines of at most `width` columns. */
void report_findings_print(const json_t *result, size_t width, FILE *out);

#endif
