#include "bench/fleet/merge_rules.h"

#include "bench/fleet/merge_values.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 200

/* Where both values stand. */
struct place {
	const struct merge_rules *rules;
	json_t *into_root; /* what the weights' paths begin at: a trial */
	const json_t *from_root;
	char name[NAME_MAX_BYTES];
};

static int parts_add(const struct place *place, const json_t *node, json_t *into,
	const json_t *from, bool is_means);

/* The only node that a $ref leads to: a trial (bench/result/schema.c). */
static const json_t *node_resolve(const struct merge_rules *rules, const json_t *node)
{
	return json_object_get(node, "$ref")
		       ? json_path_at(rules->schema, "properties.trials.items")
		       : node;
}

const json_t *merge_rules_child(const json_t *node, const char *key)
{
	const json_t *child = json_object_get(json_object_get(node, "properties"), key);
	const json_t *others = child ? NULL : json_object_get(node, "additionalProperties");
	return json_is_object(others) ? others : child;
}

static enum field_merge rule_of(const json_t *node)
{
	const char *word = json_string_value(json_object_get(node, "x-merge"));
	struct field field = {.merge = word ? FIELD_LEFT_OUT : FIELD_NO_RULE};
	while (field.merge != FIELD_NO_RULE && strcmp(word, field_merge_word(&field)) != 0)
		field.merge--;
	return field.merge;
}

static bool is_mean(enum field_merge rule)
{
	return rule == FIELD_MEAN || rule == FIELD_LEAST_SHARE;
}

static bool is_sum(enum field_merge rule)
{
	return rule == FIELD_SUM || rule == FIELD_SUM_OF_PEAKS;
}

static bool is_nullable(const json_t *node)
{
	return json_is_array(json_object_get(node, "type"));
}

static int refuse(const struct place *place, const char *key, const char *what)
{
	return error_set(place->rules->error, STATUS_FAILED,
		"%s cannot be merged with %s: %s%s%s %s", place->rules->paths[1],
		place->rules->paths[0], place->name, place->name[0] && key[0] ? "." : "", key,
		what);
}

static double weight_of(const json_t *root, const json_t *node)
{
	return json_number_value(
		json_path_at(root, json_string_value(json_object_get(node, "x-weight"))));
}

static void unknown_set(const json_t *node, json_t *into, const char *key)
{
	if (is_nullable(node))
		json_object_set_new(into, key, json_null());
	else
		json_object_del(into, key);
}

/* By index: the lists of both are of the same options. */
static int list_add(const struct place *place, const json_t *node, json_t *into, const json_t *from,
	bool is_means)
{
	size_t i;
	json_t *item;
	if (json_array_size(into) != json_array_size(from))
		return refuse(place, "", "is a list of another length");
	json_array_foreach(into, i, item)
	{
		if (parts_add(place, json_object_get(node, "items"), item, json_array_get(from, i),
			    is_means) == -1)
			return -1;
	}
	return 0;
}

/* A key that both have, with a value that is known. */
static int both_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from, bool is_means)
{
	json_t *value = json_object_get(into, key);
	struct place below = *place;
	snprintf(below.name, sizeof(below.name), "%.90s%s%.90s", place->name,
		place->name[0] ? "." : "", key);
	if (json_is_array(value) && json_is_array(from))
		return list_add(&below, node, value, from, is_means);
	if (json_is_object(value) && json_is_object(from))
		return parts_add(&below, node, value, from, is_means);
	if (!is_means)
		unknown_set(node, into, key);
	return 0;
}

static int value_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from)
{
	json_t *value = json_object_get(into, key);
	enum field_merge rule = rule_of(node);
	if (rule == FIELD_SAME && !json_equal(value, (json_t *)from))
		return refuse(place, key, "is not the same");
	json_t *merged = merge_values(rule, value, from);
	if (merged)
		return json_object_set_new(into, key, merged);
	if (is_sum(rule) && json_is_number(value) && json_is_number(from))
		return refuse(place, key, "adds up to more than a file can hold");
	unknown_set(node, into, key);
	return 0;
}

/* A key that one of both lacks. A count that is left out where there is none is 0; of what has a
 * mean, a least, a most or a first, the one that is there stands. */
static int lone_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from)
{
	bool is_zero = json_is_true(json_object_get(node, "x-absent-is-zero"));
	enum field_merge rule = rule_of(node);
	if (rule == FIELD_SAME)
		return refuse(place, key, "is in one of the two alone");
	if (is_zero || rule == FIELD_LEAST || rule == FIELD_MOST || rule == FIELD_FIRST)
		return from ? json_object_set(into, key, (json_t *)from) : 0;
	if (!from)
		json_object_del(into, key);
	return 0;
}

static void mean_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from)
{
	const json_t *parts[2] = {json_object_get(into, key), from};
	const double weight[2] = {
		weight_of(place->into_root, node), weight_of(place->from_root, node)};
	json_t *merged = merge_values_mean(rule_of(node), parts, weight);
	if (merged)
		json_object_set_new(into, key, merged);
	else
		unknown_set(node, into, key);
}

static int key_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from, bool is_means)
{
	enum field_merge rule = rule_of(node);
	if (is_mean(rule)) {
		if (is_means)
			mean_add(place, node, into, key, from);
		return 0;
	}
	bool is_in_both = from && json_object_get(into, key);
	if (is_in_both && rule == FIELD_PARTS)
		return both_add(place, node, into, key, from, is_means);
	if (is_means || rule == FIELD_MADE || rule == FIELD_LEFT_OUT)
		return 0;
	return is_in_both ? value_add(place, node, into, key, from)
			  : lone_add(place, node, into, key, from);
}

static int parts_add(const struct place *place, const json_t *node, json_t *into,
	const json_t *from, bool is_means)
{
	const char *key;
	json_t *value;
	void *next;
	json_object_foreach_safe(into, next, key, value)
	{
		const json_t *child = merge_rules_child(node, key);
		if (child && key_add(place, child, into, key, json_object_get(from, key),
				     is_means) == -1)
			return -1;
	}
	json_object_foreach((json_t *)from, key, value)
	{
		const json_t *child = merge_rules_child(node, key);
		if (child && !json_object_get(into, key) &&
			key_add(place, child, into, key, value, is_means) == -1)
			return -1;
	}
	return 0;
}

int merge_rules_add(const struct merge_rules *rules, const json_t *node, json_t *into,
	const json_t *from, const char *name)
{
	struct place place = {.rules = rules, .into_root = into, .from_root = from};
	snprintf(place.name, sizeof(place.name), "%s", name);
	/* Means first: their weights are sums, which grow. */
	return parts_add(&place, node, into, from, true) == -1
		       ? -1
		       : parts_add(&place, node, into, from, false);
}

void merge_rules_begin(const struct merge_rules *rules, const json_t *node, json_t *into)
{
	const char *key;
	json_t *value, *item;
	void *next;
	size_t i;
	json_object_foreach_safe(into, next, key, value)
	{
		const json_t *child = merge_rules_child(node, key);
		/* A file may have keys that this schema does not know. */
		if (!child)
			json_object_del(into, key);
		else if (rule_of(child) == FIELD_LEFT_OUT)
			unknown_set(child, into, key);
		else if (json_is_object(value))
			merge_rules_begin(rules, node_resolve(rules, child), value);
		else if (json_is_array(value))
			json_array_foreach(value, i, item)
				merge_rules_begin(rules, json_object_get(child, "items"), item);
	}
}
