/* One trial as JSON, with the keys of the result file. */
#ifndef BENCH_RESULT_TRIAL_JSON_H
#define BENCH_RESULT_TRIAL_JSON_H

#include "bench/trial/record.h"

#include <jansson.h>

/* Returns NULL when there is no memory. */
json_t *trial_json(const struct trial *trial);

#endif
