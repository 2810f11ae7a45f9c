/* What two values of one field make. Each function returns a new reference. */
#ifndef BENCH_FLEET_MERGE_VALUES_H
#define BENCH_FLEET_MERGE_VALUES_H

#include "bench/result/fields/field.h"

#include <jansson.h>

/* By the rule of the field, which is no mean. NULL: nothing is known of the whole. */
json_t *merge_values(enum field_merge rule, const json_t *into, const json_t *from);

/* By FIELD_MEAN or FIELD_LEAST_SHARE. A part without weight has nothing to say; one that has weight
 * and no value makes the whole unknown: NULL. */
json_t *merge_values_mean(
	enum field_merge rule, const json_t *const parts[2], const double weight[2]);

/* The sum of two numbers; NULL where it is more than a file can hold. */
json_t *merge_values_sum(const json_t *a, const json_t *b);

#endif
