/* Metrics: the numbers of a trial, by name, from the table of fields. */
#ifndef BENCH_RESULT_METRIC_H
#define BENCH_RESULT_METRIC_H

#include "bench/result/fields/field.h"
#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A field's path without "trials[]." in front. */
#define METRIC_PATH_MAX (FIELD_PATH_MAX - 9)

struct metric {
	const struct field *field;
	char path[METRIC_PATH_MAX]; /* in a trial, keys joined by dots */
	char name[FIELD_PATH_MAX];  /* in the summary; as `path` where that leaves it out */
	bool in_summary;
};

struct metric_list {
	const struct metric *items; /* the program's own, as long as it runs */
	size_t count;
};

/* Every number that a trial can hold, in the order of the table; none when there is no memory. */
struct metric_list metrics_all(void);

/* The metrics that the summary and `compare` show. */
struct metric_list metrics_summary(void);

/* The metric of that name or path; "latency.p99" is short for latency_us.total.p99. Returns NULL
 * with the nearest one. */
const struct metric *metric_find(const char *name, struct error *error);

/* The value in one trial. Returns false where there is none. */
bool metric_value(const json_t *trial, const struct metric *metric, double *value);

/* Whether the value is an upper bound, and no count, in any of `trials` that have one. */
bool metric_is_at_most(const json_t *trials, const struct metric *metric);

/* The trials of one strategy that count for the metric: the valid ones; all, where it tells of what
 * was lost. A new array. */
json_t *metric_trials(const json_t *result, const char *strategy, const struct metric *metric);

/* Of those that are shown (result_trials_shown), as far as they count for the metric. A new array.
 */
json_t *metric_trials_shown(
	const json_t *result, const char *strategy, const struct metric *metric);

/* The values of those of `trials` that have one. Returns how many. */
size_t metric_values(const json_t *trials, const struct metric *metric, double *values);

/* In how many of `trials` that never came which the metric is the time of. */
size_t metric_nevers(const json_t *trials, const struct metric *metric);

/* The values, where a time that never came is later than any: infinite. */
size_t metric_values_or_never(const json_t *trials, const struct metric *metric, double *values);

/* The median over those of `trials` that have a value. Returns false where none has. */
bool metric_median(const json_t *trials, const struct metric *metric, double *median);

/* Writes the value as a person is shown it. */
void metric_format(const struct metric *metric, double value, char *text, size_t size);

#endif
