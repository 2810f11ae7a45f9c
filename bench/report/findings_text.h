/* The findings of a result, as text. */
#ifndef BENCH_REPORT_FINDINGS_TEXT_H
#define BENCH_REPORT_FINDINGS_TEXT_H

#include "common/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Prints a paragraph for each finding, the most harmful first, with the trials that have it. But
 * for the first, what would be more lines than `lines_most` is named alone. */
void report_findings_print(const json_t *result, size_t width, size_t lines_most, FILE *out);

/* How many lines the first so many take, and the names of the rest. */
size_t report_findings_least(const json_t *result, size_t width, size_t told);

/* Prints their names alone. */
void report_findings_name(const json_t *result, size_t width, FILE *out);

/* Prints what the finding means, and what it says in each trial. Returns 0; or -1 where neither
 * this program nor the result knows it. */
int report_finding_explain(
	const json_t *result, const char *id, size_t width, FILE *out, struct error *error);

#endif
