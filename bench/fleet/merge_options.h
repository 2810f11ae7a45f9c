/* The options of several hosts as those of one: what a host has its share of adds up, and all that
 * decides what was measured has to be the same. */
#ifndef BENCH_FLEET_MERGE_OPTIONS_H
#define BENCH_FLEET_MERGE_OPTIONS_H

#include "bench/fleet/merge_rules.h"

#include <jansson.h>

/* Options that add up, and those that say where a result goes or how it is shown; NULL at the end
 * of each. */
extern const char *const merge_options_summed[], *const merge_options_ignored[];

/* Adds the options `from` to `into`. Returns 0, or -1 with the option that is not the same. */
int merge_options_add(const struct merge_rules *rules, json_t *into, const json_t *from);

#endif
