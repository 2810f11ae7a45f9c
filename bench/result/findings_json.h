/* A trial's findings, with the keys of the result file. */
#ifndef BENCH_RESULT_FINDINGS_JSON_H
#define BENCH_RESULT_FINDINGS_JSON_H

#include "bench/findings/findings.h"

#include <jansson.h>

/* [{"id", "text", …}]; NULL when there was no memory for all of them. */
json_t *findings_json(const struct findings *findings);

#endif
