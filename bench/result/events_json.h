/* What the events of a trial (--at) did, as the result file has it. */
#ifndef BENCH_RESULT_EVENTS_JSON_H
#define BENCH_RESULT_EVENTS_JSON_H

#include "bench/trial/record.h"

#include <jansson.h>

/* NULL: the trial has none. */
json_t *events_json(const struct trial *trial);

#endif
