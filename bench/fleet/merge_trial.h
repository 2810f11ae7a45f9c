/* One trial of a merged result: the same trial on each of the hosts. */
#ifndef BENCH_FLEET_MERGE_TRIAL_H
#define BENCH_FLEET_MERGE_TRIAL_H

#include "bench/fleet/merge_rules.h"

#include <jansson.h>
#include <stddef.h>

struct merge_trial;

/* What is added: a trial of one host. */
struct merge_part {
	json_t *trial; /* not owned */
	const char *host;
	const char *place; /* "b.json: trials[3]" */
};

/* Begins one with the trial of the first host that has it, which it changes. Returns NULL with an
 * error. */
struct merge_trial *merge_trial_create(
	const struct merge_rules *rules, const struct merge_part *first);
void merge_trial_destroy(struct merge_trial *trial);

/* Adds the same trial of another host. Returns 0 or -1. */
int merge_trial_add(
	struct merge_trial *trial, const struct merge_rules *rules, const struct merge_part *part);

/* Completes the first one's JSON; `hosts` is how many there are in all. Returns 0 or -1. */
int merge_trial_finish(struct merge_trial *trial, size_t hosts, struct error *error);

#endif
