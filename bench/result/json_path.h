/* A result file's content, read by path. */
#ifndef BENCH_RESULT_JSON_PATH_H
#define BENCH_RESULT_JSON_PATH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The value at "a.b.c", or NULL. */
const json_t *json_path_at(const json_t *json, const char *path);

/* The text at "a.b.c"; "-" where there is none. */
const char *json_path_text(const json_t *json, const char *path);

/* The text, or "-" where it is none. */
const char *json_path_string(const json_t *json);

/* Writes the number at "a.b.c", whole or as it stands; "-" where there is none. */
void json_path_number_write(const json_t *json, const char *path, char *text, size_t size);

/* Sets the value at keys joined by dots. Where the object that is to hold it is null or missing,
 * nothing is known of it, and nothing is set. Takes the value over. */
void json_path_put(json_t *json, const char *path, json_t *value);

/* A new array of one strategy's trials. */
json_t *json_path_trials(const json_t *result, const char *strategy, bool valid_only);

#endif
