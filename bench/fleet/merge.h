/* One result of the results of several client hosts: the one that a single host would have written
 * that made all of their load. How each field merges stands on its row (bench/result/fields). */
#ifndef BENCH_FLEET_MERGE_H
#define BENCH_FLEET_MERGE_H

#include "common/error.h"

#include <jansson.h>
#include <stddef.h>

struct merge;

/* Returns NULL when there is no memory. */
struct merge *merge_create(void);
void merge_destroy(struct merge *merge);

/* Adds the result of one host, and takes it over; `path` is what errors call it. Returns 0; or -1
 * with the reason why it cannot be merged with those before: then nothing more can be added. */
int merge_add(struct merge *merge, json_t *result, const char *path, struct error *error);

/* Trials that fewer hosts than these have are invalid. Optional: default those that were added. */
void merge_expect(struct merge *merge, size_t hosts);

/* The one result, as a new reference; NULL with the reason. At least one was added. */
json_t *merge_finish(struct merge *merge, struct error *error);

#endif
