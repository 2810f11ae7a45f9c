/* What the load of a trial came to, with the keys of the result file: connections, exchanges,
 * bytes, latencies, and what a third-party loader said. */
#ifndef BENCH_RESULT_LOAD_JSON_H
#define BENCH_RESULT_LOAD_JSON_H

#include "bench/judge/figures.h"
#include "bench/trial/record.h"

#include <jansson.h>

/* Sets the keys in `json`, an object. */
void load_json_set(json_t *json, const struct trial *trial, const struct figures *figures);

#endif
