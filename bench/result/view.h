/* A result file's content, read by path. */
#ifndef BENCH_RESULT_VIEW_H
#define BENCH_RESULT_VIEW_H

#include <jansson.h>
#include <stdbool.h>

/* The value at "a.b.c", or NULL. */
const json_t *view_at(const json_t *json, const char *path);

/* A new array of one strategy's trials. */
json_t *view_trials(const json_t *result, const char *strategy, bool valid_only);

#endif
