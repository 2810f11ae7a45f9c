/* A trial's findings, with the keys of the result file. */
#ifndef BENCH_RESULT_FINDINGS_JSON_H
#define BENCH_RESULT_FINDINGS_JSON_H

#include "bench/findings/findings.h"

#include <jansson.h>

/* [{"id", "text", …}] */
json_t *findings_json(const struct findings *findings);

#endif
