/* Under which conditions two results were measured, as text. */
#ifndef BENCH_REPORT_CONDITIONS_TEXT_H
#define BENCH_REPORT_CONDITIONS_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* The file that stands for A or B, when it was measured, and on which host. */
void conditions_source_print(const char *name, const char *path, const json_t *result, FILE *out);

/* What would explain a difference without any strategy's doing: options and hosts that are not the
 * same. */
void conditions_print(const json_t *a, const json_t *b, FILE *out);

#endif
