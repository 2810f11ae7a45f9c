/* Findings in the result file, and as text. */
#ifndef BENCH_REPORT_FINDINGS_H
#define BENCH_REPORT_FINDINGS_H

#include "bench/findings/findings.h"

#include <jansson.h>
#include <stdio.h>

/* [{"id", "text", …}] */
json_t *report_findings_json(const struct findings *findings);

/* One paragraph a finding, with the strategies and trials that have it; the text is the first
 * trial's. Lines of at most `width` columns. */
void report_findings_print(const json_t *result, size_t width, FILE *out);

#endif
