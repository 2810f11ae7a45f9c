#include "bench/fleet/merge_rules.h"

#include "bench/result/fields/field.h"
#include "bench/result/json_path.h"

#include <math.h>
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
	const json_t *properties = json_object_get(rules->schema, "properties");
	return json_object_get(node, "$ref")
		       ? json_object_get(json_object_get(properties, "trials"), "items")
		       : node;
}

const json_t *merge_rules_child(const json_t *node, const char *key)
{
	const json_t *child = json_object_get(json_object_get(node, "properties"), key);
	const json_t *others = json_object_get(node, "additionalProperties");
	if (!child && json_is_object(others))
		child = others;
	return child;
}

static bool is_rule(const json_t *node, enum field_merge rule)
{
	struct field field = {.merge = rule};
	const char *word = json_string_value(json_object_get(node, "x-merge"));
	return word && strcmp(word, field_merge_word(&field)) == 0;
}

static bool is_mean(const json_t *node)
{
	return json_object_get(node, "x-weight") != NULL;
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

json_t *merge_rules_sum(const json_t *a, const json_t *b)
{
	if (!json_is_integer(a) || !json_is_integer(b))
		return json_real(json_number_value(a) + json_number_value(b));
	json_int_t sum = json_integer_value(a) + json_integer_value(b);
	return sum <= FIELD_COUNT_MAX ? json_integer(sum) : NULL;
}

/* Less than 0: `a` is the lesser. Flags, numbers, and texts by their letters. */
static int compare(const json_t *a, const json_t *b)
{
	if (json_is_string(a) && json_is_string(b))
		return strcmp(json_string_value(a), json_string_value(b));
	double x = json_is_boolean(a) ? json_is_true(a) : json_number_value(a);
	double y = json_is_boolean(b) ? json_is_true(b) : json_number_value(b);
	return (x > y) - (x < y);
}

static double weight_of(const json_t *root, const json_t *node)
{
	return json_number_value(
		json_path_at(root, json_string_value(json_object_get(node, "x-weight"))));
}

/* The rate that all have together when the first one is at the end of what it can have. */
static double least_share(const double value[2], const double weight[2])
{
	double share = fmin(value[0] / weight[0], value[1] / weight[1]);
	return share * (weight[0] + weight[1]);
}

/* A part without weight has nothing to say; one that has weight and no value makes the whole
 * unknown. */
static json_t *mean_of(
	const struct place *place, const json_t *node, const json_t *into, const json_t *from)
{
	const json_t *parts[2] = {into, from};
	double value[2],
		weight[2] = {weight_of(place->into_root, node), weight_of(place->from_root, node)};
	for (size_t i = 0; i < 2; i++) {
		value[i] = json_number_value(parts[i]);
		if (!(weight[i] > 0))
			return json_incref((json_t *)parts[!i]);
	}
	if (!json_is_number(into) || !json_is_number(from))
		return NULL;
	if (is_rule(node, FIELD_LEAST_SHARE))
		return json_real(least_share(value, weight));
	return json_real((value[0] * weight[0] + value[1] * weight[1]) / (weight[0] + weight[1]));
}

/* Who holds TIME_WAIT, or closes first. */
static json_t *who_of(const json_t *into, const json_t *from)
{
	static const char unknown[] = "unknown";
	if (json_equal(into, from))
		return json_incref((json_t *)into);
	if (strcmp(json_path_string(into), unknown) == 0 ||
		strcmp(json_path_string(from), unknown) == 0)
		return json_string(unknown);
	return json_string("mixed");
}

/* What the two values make, both of which are there; NULL: nothing is known of the whole. */
static json_t *values_merge(const json_t *node, const json_t *into, const json_t *from)
{
	bool is_known = !json_is_null(into) && !json_is_null(from);
	const json_t *known = json_is_null(into) ? from : into;
	if (is_rule(node, FIELD_SUM) || is_rule(node, FIELD_SUM_OF_PEAKS))
		return is_known ? merge_rules_sum(into, from) : NULL;
	if (is_rule(node, FIELD_LEAST))
		return json_incref((json_t *)(is_known && compare(into, from) > 0 ? from : known));
	if (is_rule(node, FIELD_MOST))
		return json_incref((json_t *)(is_known && compare(into, from) < 0 ? from : known));
	if (is_rule(node, FIELD_ALIKE))
		return json_equal(into, from) ? json_incref((json_t *)into) : NULL;
	if (is_rule(node, FIELD_WHO))
		return who_of(into, from);
	return json_incref((json_t *)known);
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
	if (!is_rule(node, FIELD_PARTS))
		return 0;
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
	if (is_rule(node, FIELD_SAME) && !json_equal(value, (json_t *)from))
		return refuse(place, key, "is not the same");
	json_t *merged = values_merge(node, value, from);
	if (merged)
		return json_object_set_new(into, key, merged);
	if ((is_rule(node, FIELD_SUM) || is_rule(node, FIELD_SUM_OF_PEAKS)) &&
		json_is_number(value) && json_is_number(from))
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
	if (is_rule(node, FIELD_SAME))
		return refuse(place, key, "is in one of the two alone");
	if (is_rule(node, FIELD_MADE) || is_mean(node))
		return 0;
	if (is_zero || is_rule(node, FIELD_LEAST) || is_rule(node, FIELD_MOST) ||
		is_rule(node, FIELD_FIRST))
		return from ? json_object_set(into, key, (json_t *)from) : 0;
	if (!from)
		json_object_del(into, key);
	return 0;
}

static void mean_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from)
{
	json_t *merged = mean_of(place, node, json_object_get(into, key), from);
	if (merged)
		json_object_set_new(into, key, merged);
	else
		unknown_set(node, into, key);
}

static int key_add(const struct place *place, const json_t *node, json_t *into, const char *key,
	const json_t *from, bool is_means)
{
	if (is_mean(node)) {
		if (is_means)
			mean_add(place, node, into, key, from);
		return 0;
	}
	if (from && json_object_get(into, key) && is_rule(node, FIELD_PARTS))
		return both_add(place, node, into, key, from, is_means);
	if (is_means || is_rule(node, FIELD_MADE) || is_rule(node, FIELD_LEFT_OUT))
		return 0;
	return from && json_object_get(into, key) ? value_add(place, node, into, key, from)
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
		else if (is_rule(child, FIELD_LEFT_OUT))
			unknown_set(child, into, key);
		else if (json_is_object(value))
			merge_rules_begin(rules, node_resolve(rules, child), value);
		else if (json_is_array(value))
			json_array_foreach(value, i, item)
				merge_rules_begin(rules, json_object_get(child, "items"), item);
	}
}
