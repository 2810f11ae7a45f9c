/* What the server's end has seen, as JSON: the records that an agent tells, and the other side
 * reads. */
#ifndef BENCH_ENDS_END_JSON_H
#define BENCH_ENDS_END_JSON_H

#include "bench/ends/record_json.h"
#include "bench/network/network.h"

#include <jansson.h>

/* Of struct sample_end: the counters and sockets of one end at one instant. */
extern const struct record end_sample_record;

/* Of struct sample, that of the server's end alone: one taken while the load runs. */
extern const struct record end_load_sample_record;

/* Of struct server_end_report. */
extern const struct record end_report_record;

/* Settings by their names. Returns a new object; NULL where there is no memory. */
json_t *end_json_settings(const struct network *network);

/* Adds them to the network as the server's. Returns 0; or -1, and why they are none. */
int end_json_settings_take(const json_t *object, struct network *network, struct error *error);

#endif
