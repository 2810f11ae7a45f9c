/* Adds values of one file to those of another, each by the rule of its field. The rules are read
 * from the schema (bench/result/schema.h): x-merge, x-weight, x-absent-is-zero. */
#ifndef BENCH_FLEET_MERGE_RULES_H
#define BENCH_FLEET_MERGE_RULES_H

#include "common/error.h"

#include <jansson.h>

struct merge_rules {
	const json_t *schema;
	const char *paths[2]; /* what errors call the first file, and the one that is added */
	struct error *error;
};

/* The node of the schema that a key of an object has; NULL: the schema does not know it. */
const json_t *merge_rules_child(const json_t *node, const char *key);

/* Takes out of the first file's object what is not true of several hosts. */
void merge_rules_begin(const struct merge_rules *rules, const json_t *node, json_t *into);

/* Adds the object `from` to `into`, of which `name` is the place ("trials[3]"). Returns 0; or -1
 * with a sentence that says what is not the same. */
int merge_rules_add(const struct merge_rules *rules, const json_t *node, json_t *into,
	const json_t *from, const char *name);

#endif
