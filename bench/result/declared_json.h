/* What the strategies of a run declare, with the keys of the result file. */
#ifndef BENCH_RESULT_DECLARED_JSON_H
#define BENCH_RESULT_DECLARED_JSON_H

#include "bench/options/options.h"

#include <jansson.h>

/* [{"strategy", "summary", "first_closer", …}]; empty of a third party's server, which declares
 * nothing. */
json_t *declared_json(const struct run_options *options);

#endif
