/* What a result's summary and `compare` tell of a strategy: names, and where a trial has them. */
#ifndef BENCH_RESULT_METRIC_H
#define BENCH_RESULT_METRIC_H

#include "common/error.h"

#include <jansson.h>
#include <stddef.h>

struct metric {
	const char *name; /* the key in the summary */
	const char *path; /* in a trial, keys joined by dots */
};

#define METRICS 14
extern const struct metric metric_rows[METRICS];

/* The values of those of `trials` that have a number at `path`. Returns how many. */
size_t metric_values(const json_t *trials, const char *path, double *values);

/* The path of a metric, given by its name or by any path to a number that trials have. Returns NULL
 * with the nearest one. The text belongs to the program, or is `name`. */
const char *metric_find(const char *name, struct error *error);

#endif
