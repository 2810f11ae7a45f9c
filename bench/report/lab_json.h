/* A lesson's outcome, for programs. */
#ifndef BENCH_REPORT_LAB_JSON_H
#define BENCH_REPORT_LAB_JSON_H

#include "bench/lab/outcome.h"
#include "common/error.h"

#include <jansson.h>

/* Appends {"lesson", "claims": [{"id", "text", "source", "verdict", "because", "measured"}],
 * "kernel", "seconds"}. Returns 0 or -1. */
int lab_json_add(json_t *array, const struct lesson_outcome *outcome, struct error *error);

#endif
