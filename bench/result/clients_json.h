/* What a trial's clients of each behaviour came to, as a result file has it. */
#ifndef BENCH_RESULT_CLIENTS_JSON_H
#define BENCH_RESULT_CLIENTS_JSON_H

#include "bench/trial/record.h"

#include <jansson.h>

/* A list, in the order of --clients; NULL: all clients are plain, or there is no memory. */
json_t *clients_json(const struct trial *trial);

/* Of those beside the load; NULL: there are none, or there is no memory. */
json_t *beside_json(const struct trial *trial);

#endif
