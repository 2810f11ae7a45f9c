/* At which rate of a ramp (--ramp) what broke, as the result file has it. */
#ifndef BENCH_RESULT_RAMP_JSON_H
#define BENCH_RESULT_RAMP_JSON_H

#include "bench/trial/record.h"

#include <jansson.h>

/* Adds to the `ramp` of a trial, where there is one. Its findings are there. */
void ramp_json_set(json_t *json, const struct trial *trial);

#endif
