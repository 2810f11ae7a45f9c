/* The latencies of one trial on several hosts: the bins are added up, and the quantiles taken from
 * the sum. */
#ifndef BENCH_FLEET_MERGE_LATENCIES_H
#define BENCH_FLEET_MERGE_LATENCIES_H

#include "common/error.h"

#include <jansson.h>

struct merge_latencies;

/* Returns NULL when there is no memory. */
struct merge_latencies *merge_latencies_create(void);
void merge_latencies_destroy(struct merge_latencies *latencies);

/* Adds a trial's latency_us; `place` is what errors call it. Returns 0 or -1. */
int merge_latencies_add(struct merge_latencies *latencies, const json_t *latency_us,
	const char *place, struct error *error);

/* latency_us of them all, a new reference; NULL with an error. */
json_t *merge_latencies_json(const struct merge_latencies *latencies, struct error *error);

#endif
