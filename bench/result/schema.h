/* The JSON Schema of a result file, made from the table of fields, and the reader's check by it. */
#ifndef BENCH_RESULT_SCHEMA_H
#define BENCH_RESULT_SCHEMA_H

#include "common/error.h"

#include <jansson.h>

/* The schema, draft 2020-12; each of its nodes has a description. Returns NULL when there is no
 * memory. */
json_t *schema_create(void);

/* The same, made once for the whole program. Not owned. */
const json_t *schema_of_results(void);

/* Checks what a reader relies on: that each value which the schema knows is of the schema's type,
 * that a number lies within its bounds, and that a text has no characters that must not reach a
 * terminal (common/printable.h) and is at most SCHEMA_TEXT_MAX bytes long. Keys that the schema
 * does not know, keys that are missing and null are no faults: a file of another version has them.
 * `path` names the file. Returns 0, or -1 with a sentence that names the place. */
int schema_check(const json_t *schema, const json_t *value, const char *path, struct error *error);

/* The longest that a result holds is a histogram: at worst 344 KiB. */
#define SCHEMA_TEXT_MAX 524288

#endif
