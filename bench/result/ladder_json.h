/* A ladder with the keys of the result file, written and read. */
#ifndef BENCH_RESULT_LADDER_JSON_H
#define BENCH_RESULT_LADDER_JSON_H

#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"
#include "bench/trial/played.h"

#include <jansson.h>

/* Rows of a ladder that a file keeps: of a longer one those in the middle are told together. */
#define LADDER_JSON_ROWS_MAX 120

/* {"strategy", "client", …, "rows"}. `played` has its ladder. */
json_t *ladder_json(const char *strategy, const struct played *played);

/* The ladder as it was kept, with what the view has of it: not all. What a file does not say, or
 * not in words that are known, is as if it had not been captured. The caller's to finish
 * (ladder_finish). (ladder_of_json.c) */
void ladder_of_json(const json_t *json, struct ladder *ladder, struct connection_view *view);

#endif
