/* The settings of both ends, as text. */
#ifndef BENCH_REPORT_SETTINGS_TEXT_H
#define BENCH_REPORT_SETTINGS_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Settings that all trials share: of both ends, then of one end alone. */
void settings_print(const json_t *result, size_t width, FILE *out);

/* Settings that this strategy has and most have not. */
void settings_own_print(const json_t *result, const char *strategy, size_t width, FILE *out);

#endif
