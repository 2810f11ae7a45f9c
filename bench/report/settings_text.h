/* The settings of both ends, as text. */
#ifndef BENCH_REPORT_SETTINGS_TEXT_H
#define BENCH_REPORT_SETTINGS_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* One paragraph of the settings that differ from the kernel's defaults, or were asked for. */
void settings_changed_print(const json_t *result, size_t width, FILE *out);

/* All settings: those that all trials share, of both ends, then of one end alone; then those of
 * one strategy. */
void settings_print(const json_t *result, size_t width, FILE *out);

/* Settings that this strategy has and most have not. */
void settings_own_print(const json_t *result, const char *strategy, size_t width, FILE *out);

#endif
