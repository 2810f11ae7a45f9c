/* The findings of a result, what was looked at and is well, and what else there is to say. */
#ifndef BENCH_REPORT_HTML_FINDINGS_PART_H
#define BENCH_REPORT_HTML_FINDINGS_PART_H

#include <jansson.h>
#include <stdio.h>

void findings_part_write(const json_t *result, FILE *out);
/* Those of the hop behind a proxy, without a heading; nothing where there is none. */
void findings_part_behind_write(const json_t *behind, FILE *out);
void well_part_write(const json_t *result, FILE *out);
void remarks_part_write(const json_t *result, FILE *out);

#endif
