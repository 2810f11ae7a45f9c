/* The findings of a result, as text. */
#ifndef BENCH_REPORT_FINDINGS_TEXT_H
#define BENCH_REPORT_FINDINGS_TEXT_H

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

/* A finding of each that is told as one, the most harmful first, then those that only another
 * version knows; to be given to json_decref. */
json_t *report_findings_list(const json_t *result);

/* Writes which trials have a finding like this one: "graceful; reset, trials 1 3". */
void report_finding_who_write(const json_t *result, const json_t *like, FILE *out);

/* Writes what it says; where the trials do not say the same, what the first says. */
void report_finding_text_write(const json_t *result, const json_t *like, FILE *out);

#endif
