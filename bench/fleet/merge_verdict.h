/* Whether one trial on several hosts counts, and what was found: with the hosts' names. */
#ifndef BENCH_FLEET_MERGE_VERDICT_H
#define BENCH_FLEET_MERGE_VERDICT_H

#include <jansson.h>

/* Puts the host's name in front of the trial's reasons and findings. */
void merge_verdict_begin(json_t *trial, const char *host);

/* Adds those of the same trial on another host. */
void merge_verdict_add(json_t *trial, const json_t *from, const char *host);

/* Adds a reason why it does not count. */
void merge_verdict_invalidate(json_t *trial, const char *reason);

/* Says on how many hosts each finding was. */
void merge_verdict_finish(json_t *trial);

#endif
