/* What an end has seen, as JSON. What is 0 is left out of lists by name; all else is there. */
#ifndef BENCH_ENDS_END_JSON_H
#define BENCH_ENDS_END_JSON_H

#include "bench/ends/server_end.h"
#include "bench/measure/sampler.h"

#include <jansson.h>

/* The counters and sockets of one end at one instant. Each returns a new object, or NULL where
 * there is no memory. */
json_t *end_json_sample(const struct sample_end *sample);

json_t *end_json_report(const struct server_end_report *report);

/* Settings by their names. */
json_t *end_json_settings(const struct network *network);

#endif
