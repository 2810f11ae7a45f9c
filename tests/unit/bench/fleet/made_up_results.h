/* Results of hosts that never were: each a part of the load of one. */
#ifndef UNIT_FLEET_MADE_UP_RESULTS_H
#define UNIT_FLEET_MADE_UP_RESULTS_H

#include "bench/statistics/histogram.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define MADE_UP_SAMPLES 20

/* What a host measured. */
struct made_up {
	const char *host;
	uint64_t started_unix_us;
	uint64_t seed;          /* of its latencies */
	size_t connections;     /* that it made */
	struct histogram *both; /* gets its latencies, too; may be NULL */
};

/* The next of the same latencies on every machine. */
uint64_t made_up_latency_ns(uint64_t *seed);

/* A result of one trial of "graceful". */
json_t *made_up_result(const struct made_up *made_up);

/* Sets what stands at keys joined by dots, "[]" for the first item: "trials[].counters.client.TW".
 */
void made_up_set(json_t *result, const char *path, json_t *value);
const json_t *made_up_at(const json_t *result, const char *path);

#endif
