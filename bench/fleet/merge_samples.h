/* The samples of one trial on several hosts, added up at the instants of the first one's. */
#ifndef BENCH_FLEET_MERGE_SAMPLES_H
#define BENCH_FLEET_MERGE_SAMPLES_H

#include <jansson.h>

/* Adds to each sample of `into` what the other host had then: its last sample until that instant;
 * `later_s` is by how much its clock of samples began later. `node` is that of a sample. */
void merge_samples_add(const json_t *node, json_t *into, const json_t *from, double later_s);

#endif
